package io.monorelay.bench.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/** Asks a relay on loopback for pages of history, each on a connection of its own. Blocks. */
final class Requests {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int port;

    Requests(int port) {
        this.port = port;
    }

    /** How long a page takes, in milliseconds, from before the connection is made to its last byte. */
    double millisForPage(long after) throws IOException, RunException {
        String target = "/messages?after=" + after;
        long start = System.nanoTime();
        String answer = get(target);
        double millis = (System.nanoTime() - start) / 1e6;
        if (!answer.startsWith("HTTP/1.1 200 ") || !answer.contains("{\"messages\":[{\"position\":" + (after + 1))) {
            throw new RunException(target + " is answered with "
                    + answer.lines().findFirst().orElse("nothing") + " or does not begin with the next message");
        }
        return millis;
    }

    private String get(String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
