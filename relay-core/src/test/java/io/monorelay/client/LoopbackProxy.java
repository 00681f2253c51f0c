package io.monorelay.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A proxy that speaks HTTP CONNECT or SOCKS5, and leads every connection to one port of this machine, whatever host is
 * asked for.
 */
final class LoopbackProxy implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
    private static final int SOCKS = 5;
    private static final int IPV4_ADDRESS = 1;
    private static final int DOMAIN_NAME = 3;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final int target;
    private final String login;

    /** @param login {@code user:password}, which is wanted then, or null */
    private LoopbackProxy(int target, String login) throws IOException {
        this.target = target;
        this.login = login;
    }

    static LoopbackProxy speaking(ProxyAddress.Kind kind, int target, String login) throws IOException {
        LoopbackProxy proxy = new LoopbackProxy(target, login);
        Thread.ofVirtual().start(() -> proxy.serve(kind));
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    /** The host and port that the next client asked for. */
    String nextAsked() throws InterruptedException {
        return asked.poll(10, TimeUnit.SECONDS);
    }

    private void serve(ProxyAddress.Kind kind) {
        try {
            while (true) {
                Socket client = server.accept();
                client.setSoTimeout(TIMEOUT_MILLIS);
                Thread.ofVirtual().start(() -> connect(kind, client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void connect(ProxyAddress.Kind kind, Socket client) {
        try (client) {
            boolean granted = switch (kind) {
                case HTTP -> answerConnect(client);
                case SOCKS5 -> answerSocks(client);
            };
            if (granted) {
                lead(client);
            }
        } catch (IOException gone) {
            // One side has closed.
        }
    }

    private void lead(Socket client) throws IOException {
        try (Socket relay = new Socket(InetAddress.getLoopbackAddress(), target)) {
            Thread.ofVirtual().start(() -> copy(relay, client));
            copy(client, relay);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // The other direction ends by that too.
        }
    }

    private boolean answerConnect(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = client.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        asked.add(head.substring("CONNECT ".length(), head.indexOf(" HTTP/1.1")));
        String credentials = login == null ? "" : Base64.getEncoder().encodeToString(login.getBytes(US_ASCII));
        boolean granted = login == null
                || head.toString().toLowerCase(Locale.ROOT).contains("proxy-authorization: basic ")
                        && head.indexOf(credentials) > 0;
        String answer = granted ? "200 Connected" : "407 Proxy Authentication Required";
        client.getOutputStream().write(("HTTP/1.1 " + answer + "\r\n\r\n").getBytes(US_ASCII));
        return granted;
    }

    private boolean answerSocks(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        in.readByte();
        in.readFully(new byte[in.readUnsignedByte()]);
        out.write(new byte[] {SOCKS, (byte) (login == null ? 0 : 2)});
        if (login != null) {
            in.readByte();
            boolean right = login.equals(text(in) + ":" + text(in));
            out.write(new byte[] {1, (byte) (right ? 0 : 1)});
            if (!right) {
                return false;
            }
        }
        in.readFully(new byte[3]);
        asked.add(host(in) + ":" + in.readUnsignedShort());
        out.write(new byte[] {SOCKS, 0, 0, 1, 127, 0, 0, 1, 0, 1});
        return true;
    }

    private static String host(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        if (kind == DOMAIN_NAME) {
            return text(in);
        }
        if (kind != IPV4_ADDRESS) {
            throw new AssertionError("expected a name or an IPv4 address, got kind " + kind);
        }
        byte[] address = new byte[4];
        in.readFully(address);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] text = new byte[in.readUnsignedByte()];
        in.readFully(text);
        return new String(text, US_ASCII);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
