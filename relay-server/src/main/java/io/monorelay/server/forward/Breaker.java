package io.monorelay.server.forward;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Decides when a node that fails is left alone (the circuit breaker of M. Nygard, "Release It!"). After a number of
 * failures in a row it is paused; when the pause is over one attempt is let through, and each that fails doubles the
 * pause. Pauses are shortened by a random quarter at most, so that not everybody comes back at once.
 *
 * <p>Pure, but for the clock and the randomness that it is given. Used by one thread, with one attempt at a time.
 */
final class Breaker {
    private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final double JITTER = 0.25;

    // fixed after construction
    private final int failuresToPause;
    private final long maxPauseNanos;
    private final LongSupplier nanoClock;
    private final DoubleSupplier random;

    // owned by the caller's thread
    private int failuresInARow;
    private long pauseNanos;
    private long pausedAt;
    private long pausedForNanos;

    /**
     * @param failuresToPause how many failures in a row it takes, at least 1
     * @param nanoClock elapsed time in nanoseconds
     * @param random from 0 to 1
     */
    Breaker(int failuresToPause, Duration maxPause, LongSupplier nanoClock, DoubleSupplier random) {
        this.failuresToPause = failuresToPause;
        this.maxPauseNanos = maxPause.toNanos();
        this.nanoClock = nanoClock;
        this.random = random;
        this.pauseNanos = Math.min(FIRST_PAUSE_NANOS, maxPauseNanos);
    }

    /** Whether there must be no attempt now. */
    boolean isPaused() {
        return failuresInARow >= failuresToPause && nanoClock.getAsLong() - pausedAt < pausedForNanos;
    }

    /** The node answered. */
    void succeeded() {
        failuresInARow = 0;
        pauseNanos = Math.min(FIRST_PAUSE_NANOS, maxPauseNanos);
    }

    /** The node did not answer, or not as it should. */
    void failed() {
        failuresInARow = Math.min(failuresInARow + 1, failuresToPause);
        if (failuresInARow == failuresToPause) {
            pausedAt = nanoClock.getAsLong();
            pausedForNanos = (long) (pauseNanos * (1 - JITTER * random.getAsDouble()));
            pauseNanos = Math.min(2 * pauseNanos, maxPauseNanos);
        }
    }
}
