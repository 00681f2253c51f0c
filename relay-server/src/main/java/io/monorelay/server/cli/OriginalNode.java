package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** One connection as an original node makes it: a WebSocket without a subprotocol, or one HTTP request. Blocks. */
final class OriginalNode implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int BUFFER_BYTES = 1024;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;
    private static final byte FINAL_TEXT = (byte) 0x81;
    private static final byte MASKED_LENGTH_IN_TWO_BYTES = (byte) 0xFE;
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};
    private static final byte[] UPGRADE = String.join(
                    "\r\n",
                    "GET / HTTP/1.1",
                    "Host: relay",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    "",
                    "")
            .getBytes(ISO_8859_1);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private OriginalNode(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        this.out = socket.getOutputStream();
    }

    static OriginalNode connect(InetSocketAddress relay) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(relay, PATIENCE_MILLIS);
        return new OriginalNode(socket);
    }

    /** Asks for a WebSocket. */
    void askToUpgrade() throws IOException {
        out.write(UPGRADE);
    }

    /** Reads the answer to that, which must be yes. */
    void awaitUpgrade() throws IOException {
        expect(SWITCHING_PROTOCOLS);
    }

    /** Sends a text frame; the answer goes to {@link #hear}. */
    void publish(byte[] text) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(2 + Short.BYTES + MASK.length + text.length)
                .put(FINAL_TEXT)
                .put(MASKED_LENGTH_IN_TWO_BYTES)
                .putShort((short) text.length)
                .put(MASK);
        for (int i = 0; i < text.length; i++) {
            frame.put((byte) (text[i] ^ MASK[i % MASK.length]));
        }
        out.write(frame.array());
    }

    /** Reads what comes until the end of the connection, whichever that is. */
    void hear() {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException expected) {
            // It was closed on this side.
        }
    }

    /** Sends one request, such as {@code GET /}, and reads its answer to the end. */
    void request(String what, byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes((what + " HTTP/1.1\r\nHost: relay\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: " + body.length + "\r\n\r\n")
                .getBytes(ISO_8859_1));
        request.writeBytes(body);
        out.write(request.toByteArray());
        expect(OK);
        in.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void expect(int status) throws IOException {
        String line = line();
        if (!line.startsWith("HTTP/1.1 " + status + " ")) {
            throw new IOException("the relay answered \"" + line + "\", expected status " + status);
        }
        while (!line.isEmpty()) {
            line = line();
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the relay closed the connection before its answer was complete");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
