package io.monorelay.bench.start;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Asks a relay on loopback whether it is ready, by a socket alone: this program's own start is not to be measured. */
final class Readiness {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final byte[] REQUEST = "GET /health/ready HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private Readiness() {}

    static void await(URI relay) throws RunException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady(relay.getPort())) {
            if (System.nanoTime() - end > 0) {
                throw new RunException("the relay is not ready after " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean isReady(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(REQUEST);
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200 ");
        } catch (IOException notYet) {
            return false;
        }
    }
}
