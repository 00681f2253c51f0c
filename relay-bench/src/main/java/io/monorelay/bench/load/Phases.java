package io.monorelay.bench.load;

import java.time.Duration;

/**
 * How long each part of a run takes.
 *
 * @param ramp in which the rate of an open loop rises from zero
 * @param warmup after that, before anything counts
 * @param measured what counts
 * @param patience for what is still missing when nothing more is published
 */
public record Phases(Duration ramp, Duration warmup, Duration measured, Duration patience) {
    public Phases {
        if (ramp.isNegative() || warmup.isNegative() || !measured.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException("ramp " + ramp + ", warm-up " + warmup + ", measured " + measured
                    + ", patience " + patience + ": expected none below zero, and the last two above");
        }
    }

    Duration beforeMeasured() {
        return ramp.plus(warmup);
    }

    /** In which messages become due. */
    public Duration published() {
        return beforeMeasured().plus(measured);
    }
}
