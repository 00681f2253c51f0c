package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.server.net.RawConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/**
 * An answer as the HTTP client of an original node gets it: that client sends these headers and no others, names no port,
 * reads to the end of the connection, and wants a status line with a reason phrase.
 */
record V1Call(int status, String body) {
    private static final int FIELDS_OF_A_STATUS_LINE = 3;

    /** Posts a text; fails where the original's client would. */
    static V1Call post(URI node, String path, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: " + node.getHost() + "\r\nUser-Agent: v.http\r\n"
                        + "Content-Length: " + body.length
                        + "\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
                .getBytes(ISO_8859_1));
        request.writeBytes(body);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(RawConnection.PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(node.getHost(), node.getPort()), RawConnection.PATIENCE_MILLIS);
            socket.getOutputStream().write(request.toByteArray());
            return read(new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
    }

    private static V1Call read(String response) throws IOException {
        int head = response.indexOf("\r\n\r\n");
        String[] statusLine = response.lines().findFirst().orElse("").split(" ", FIELDS_OF_A_STATUS_LINE);
        if (head < 0 || statusLine.length < FIELDS_OF_A_STATUS_LINE || statusLine[2].isBlank()) {
            throw new IOException("expected a status line with a reason phrase and an empty line, got " + response);
        }
        return new V1Call(Integer.parseInt(statusLine[1]), response.substring(head + 4));
    }

    /** Whether an original takes this for a yes. */
    boolean isOk() {
        return status == 200;
    }
}
