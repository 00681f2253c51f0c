package io.monorelay.bench.siege;

import java.util.concurrent.locks.LockSupport;

/** When an attacker does the next thing: at a steady rate, until the assault is over. Belongs to one thread, which blocks. */
final class Beat {
    private static final double NANOS_A_SECOND = 1e9;

    private final long beganNanos = System.nanoTime();
    private final long endNanos;
    private final double nanosEach;
    private long number;

    /** @param endNanos of {@link System#nanoTime} */
    Beat(double perSecond, long endNanos) {
        this.endNanos = endNanos;
        nanosEach = NANOS_A_SECOND / perSecond;
    }

    /** Waits until the next thing is due; false when the time is over. What could not be done in time is not made up for. */
    boolean next() {
        long now = System.nanoTime();
        number = Math.max(number, (long) ((now - beganNanos) / nanosEach));
        long due = beganNanos + (long) (number * nanosEach);
        number++;
        while (due - System.nanoTime() > 0
                && endNanos - due > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
        return endNanos - due > 0
                && endNanos - System.nanoTime() > 0
                && !Thread.currentThread().isInterrupted();
    }
}
