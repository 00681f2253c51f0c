package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends and sees bytes. Every read ends within {@value #PATIENCE_MILLIS} ms. */
public final class RawConnection implements AutoCloseable {
    /** What the relay must answer within, in ms. */
    public static final int PATIENCE_MILLIS = 10_000;

    /** The key of a client's upgrade. */
    public static final String UPGRADE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final int OWN_BUFFER_SIZE = 0;

    private final Socket socket;
    private final DataInputStream in;

    private RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    public static RawConnection to(int port) {
        return to(port, OWN_BUFFER_SIZE);
    }

    /** A client whose system takes only so many bytes before it reads them. */
    public static RawConnection to(int port, int receiveBufferBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes != OWN_BUFFER_SIZE) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            return new RawConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts another protocol around a socket. */
    interface Layer {
        Socket over(Socket plain) throws IOException;
    }

    /** The same connection with another protocol on top of it, which it goes on in. */
    RawConnection layered(Layer layer) {
        try {
            return new RawConnection(layer.over(socket));
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    public RawConnection send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawConnection send(String text) {
        return send(text.getBytes(UTF_8));
    }

    /** Ends this side: nothing more will be sent. */
    public RawConnection endOutput() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Expects that no byte has come that was not read. */
    public void assertNothingYet() {
        try {
            assertThat(in.available()).as("bytes that have come").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends as much as the other side takes before it closes. */
    public RawConnection sendUntilRefused(byte[] bytes, int times) {
        try {
            for (int i = 0; i < times; i++) {
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException closedByTheOtherSide) {
            // What counts is the answer.
        }
        return this;
    }

    /** Sends a masked frame. */
    public RawConnection sendFrame(int head, byte[] payload) {
        return send(masked(head, payload));
    }

    public RawConnection sendText(String text) {
        return sendFrame(Frame.TEXT, text.getBytes(UTF_8));
    }

    /** A client's frame with a payload of at most 65,535 bytes. */
    public static byte[] masked(int head, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        byte[] mask = {0x12, (byte) 0xAB, 0x34, (byte) 0xCD};
        frame.write(head);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i & 3]);
        }
        return frame.toByteArray();
    }

    /** Becomes a WebSocket of session level 1. */
    public RawConnection upgrade() {
        return upgrade("");
    }

    /** Becomes a WebSocket of session level 2. */
    public RawConnection upgradeV2() {
        return upgrade("Sec-WebSocket-Protocol: monorelay.v2\r\n");
    }

    /** Becomes a WebSocket of session level 1, with compression. */
    public RawConnection upgradeDeflate() {
        return upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    }

    private RawConnection upgrade(String headers) {
        send(
                "GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: " + UPGRADE_KEY + "\r\n" + headers + "\r\n");
        assertThat(head()).startsWith("HTTP/1.1 101 ");
        return this;
    }

    /** The head of an answer, up to and with the empty line. */
    public String head() {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(in.readUnsignedByte());
            }
            return head.toString(ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("after \"" + head.toString(ISO_8859_1) + "\"", e);
        }
    }

    /** One line of UTF-8, without its line feed. */
    public String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int octet = in.readUnsignedByte(); octet != '\n'; octet = in.readUnsignedByte()) {
                line.write(octet);
            }
            return line.toString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("after \"" + line.toString(UTF_8) + "\"", e);
        }
    }

    public HttpAnswer answer() {
        String head = head();
        String[] lines = head.split("\r\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] parts = lines[i].split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
        }
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new HttpAnswer(status, headers, bytes(length));
    }

    public Frame frame() {
        try {
            int head = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            assertThat(length).as("length byte of an unmasked frame").isLessThan(0x80);
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            return new Frame(head, bytes(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        try {
            in.readFully(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the other side ends the connection; what comes before is thrown away. */
    public void awaitEnd() {
        byte[] rest = new byte[8192];
        try {
            while (in.read(rest) >= 0) {
                assertThat(rest).isNotNull();
            }
        } catch (SocketException reset) {
            // That is an end too.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Expects that the other side ends the connection, in good order and with nothing before. */
    public void assertEnd() {
        try {
            assertThat(in.read()).as("next byte").isEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
