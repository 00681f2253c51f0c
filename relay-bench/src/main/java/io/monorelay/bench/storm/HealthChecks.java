package io.monorelay.bench.storm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a relay for its health as a load balancer does: at a steady pace, whether the one before was answered or not,
 * and each time on a new connection. What comes before the port is open for the first time does not count. Any thread
 * may call.
 */
final class HealthChecks implements AutoCloseable {
    /** An answer that takes longer than this is none. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final int HEAD_BYTES = 64;
    private static final String WELL = "HTTP/1.1 200 ";

    private final int port;
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pace").factory());
    private final AtomicLong openSince = new AtomicLong();
    private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private HealthChecks(int port) {
        this.port = port;
    }

    static HealthChecks start(int port) {
        HealthChecks checks = new HealthChecks(port);
        checks.pace.scheduleAtFixedRate(checks::checkBoth, 0, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        return checks;
    }

    private void checkBoth() {
        Thread.ofVirtual().name("check").start(() -> check("/health/live"));
        Thread.ofVirtual().name("check").start(() -> check("/health/ready"));
    }

    private void check(String target) {
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    Math.toIntExact(PATIENCE.toMillis()));
            openSince.compareAndSet(0, start);
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            String head = new String(socket.getInputStream().readNBytes(HEAD_BYTES), US_ASCII);
            onAnswer(target, head, System.nanoTime() - start);
        } catch (IOException failure) {
            if (isOpen()) {
                failures.add(target + ": " + failure.getMessage());
            }
        }
    }

    private void onAnswer(String target, String head, long nanos) {
        millis.add(nanos / 1e6);
        if (!head.startsWith(WELL)) {
            failures.add(target + ": " + head.lines().findFirst().orElse("nothing"));
        } else if (nanos > PATIENCE.toNanos()) {
            failures.add(target + ": answered after " + nanos / 1_000_000 + " ms");
        }
    }

    /** Whether the port has been open once. */
    boolean isOpen() {
        return openSince.get() != 0;
    }

    /** When the first check was sent that was connected, as {@link System#nanoTime} counts. */
    long openSinceNanos() {
        return openSince.get();
    }

    /** How long the answers took, in milliseconds, in rising order. */
    double[] millis() {
        return millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** What went wrong since the port was open, one line for each check that failed. */
    Queue<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        pace.shutdownNow();
    }
}
