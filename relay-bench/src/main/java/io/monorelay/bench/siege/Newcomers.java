package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Honest nodes that connect one after the other while a relay is under attack, from a network of their own. Any thread. */
final class Newcomers {
    private static final byte[] ADDRESS = {127, 33, 0, 1};
    private static final int EVERY_MILLIS = 250;
    private static final int CLOSING_SECONDS = 12;
    private static final double NANOS_A_MILLI = 1e6;
    /** Who waits longer than that takes a relay for dead, as health checks do. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Target target;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("siege-newcomers").factory());
    private final AtomicInteger tried = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();

    Newcomers(Target target) {
        this.target = target;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::come, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void come() {
        tried.incrementAndGet();
        long began = System.nanoTime();
        try (Hostile newcomer = Hostile.dial(target, InetAddress.getByAddress(ADDRESS))) {
            newcomer.upgrade();
            long took = System.nanoTime() - began;
            slowestNanos.accumulateAndGet(took, Math::max);
            newcomer.send(Frames.frame(Frames.CLOSE, new byte[] {3, (byte) 0xE8}));
            newcomer.closing();
        } catch (IOException notLetIn) {
            turnedAway.incrementAndGet();
        }
    }

    Finding judge() {
        String text = String.format(
                Locale.ROOT,
                "%d of %d not, the slowest within %.0f ms",
                turnedAway.get(),
                tried.get(),
                slowestNanos.get() / NANOS_A_MILLI);
        return new Finding(
                "who comes meanwhile is let in within a second",
                tried.get() > 0 && turnedAway.get() == 0 && slowestNanos.get() <= PATIENCE_NANOS,
                text);
    }

    /** Returns when the last one has left. */
    void end() throws InterruptedException {
        timer.shutdown();
        timer.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
    }
}
