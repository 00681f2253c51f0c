package io.monorelay.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets some nodes read slowly, and others leave and come back. */
final class Disturbances {
    /** Slow nodes read for a tenth of this, one after the other. */
    private static final Duration SLOW_CYCLE = Duration.ofSeconds(1);

    private static final Duration SLOW_READING = Duration.ofMillis(100);
    private static final Duration MAX_ABSENCE = Duration.ofSeconds(2);
    private static final double NANOS_A_SECOND = 1e9;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("load-disturbances").factory());
    private final SplittableRandom random;
    private final List<V2Node> slow;
    private final List<V2Node> leavers;

    Disturbances(List<V2Node> slow, List<V2Node> leavers, long seed) {
        this.slow = slow;
        this.leavers = leavers;
        random = new SplittableRandom(seed);
    }

    void start(double leavesPerSecond) {
        for (V2Node node : slow) {
            long first = random.nextLong(SLOW_CYCLE.toNanos());
            timer.scheduleAtFixedRate(() -> readFor(node), first, SLOW_CYCLE.toNanos(), TimeUnit.NANOSECONDS);
        }
        if (leavesPerSecond > 0) {
            long every = Math.round(NANOS_A_SECOND / leavesPerSecond);
            timer.scheduleAtFixedRate(this::leave, every, every, TimeUnit.NANOSECONDS);
        }
    }

    private void readFor(V2Node node) {
        node.reading(true);
        timer.schedule(() -> node.reading(false), SLOW_READING.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void leave() {
        V2Node leaver = leavers.get(random.nextInt(leavers.size()));
        leaver.leaveFor(Duration.ofNanos(random.nextLong(MAX_ABSENCE.toNanos())));
    }

    /** From now on everybody stays and reads. */
    void end() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(SLOW_CYCLE.toSeconds(), TimeUnit.SECONDS);
        slow.forEach(node -> node.reading(true));
    }
}
