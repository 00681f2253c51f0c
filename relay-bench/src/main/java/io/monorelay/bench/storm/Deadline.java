package io.monorelay.bench.storm;

import io.monorelay.bench.process.RunException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads bring about. */
final class Deadline {
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();

    private Deadline() {}

    /** Returns when that is so; fails when it is not in time. */
    static void await(String what, Duration within, BooleanSupplier isSo) throws InterruptedException, RunException {
        if (!comesTrue(within, isSo)) {
            throw new RunException("not within " + within.toSeconds() + " s: " + what);
        }
    }

    /** Whether that is so before the time is over. */
    static boolean comesTrue(Duration within, BooleanSupplier isSo) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException("no longer wanted");
            }
        }
        return true;
    }
}
