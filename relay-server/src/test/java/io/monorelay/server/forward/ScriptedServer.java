package io.monorelay.server.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server made of raw sockets: it reads whole requests and lets a script answer with any bytes at all. It counts
 * connections and keeps what it was sent.
 */
final class ScriptedServer implements AutoCloseable {
    /** Answers requests. */
    interface Script {
        /**
         * Answers one request.
         *
         * @param number of the request, over all connections, from 0
         * @return whether to keep the connection
         */
        boolean answer(int number, String request, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Sends the same to everybody and closes. */
    static ScriptedServer answering(byte[] response) throws IOException {
        return new ScriptedServer((number, request, out) -> {
            out.write(response);
            return false;
        });
    }

    static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return sockets.size();
    }

    /** What was received, heads and bodies. */
    List<String> requests() {
        return requests;
    }

    /** The bodies of what was received. */
    List<String> bodies() {
        return requests.stream()
                .map(request -> request.substring(request.indexOf("\r\n\r\n") + 4))
                .toList();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean keep = true;
            while (keep) {
                String request = readRequest(in);
                if (request.isEmpty()) {
                    return;
                }
                int number = numbers.getAndIncrement();
                requests.add(request);
                keep = script.answer(number, request, socket.getOutputStream());
            }
        } catch (IOException | InterruptedException closed) {
            // by the other side, or the end of the test
        }
    }

    private static String readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        String marker = "Content-Length: ";
        int start = head.indexOf(marker) + marker.length();
        int length = Integer.parseInt(head.substring(start, head.indexOf("\r\n", start)));
        return head + new String(in.readNBytes(length), ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
