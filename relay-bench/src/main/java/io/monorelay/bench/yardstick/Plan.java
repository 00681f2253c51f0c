package io.monorelay.bench.yardstick;

import java.time.Duration;

/**
 * How long and how often is measured.
 *
 * @param runs of each server, in turn with the others'
 * @param warmup before the measurement, long enough for the compiler of the JVM
 * @param settling the same for a server that was compiled before
 * @param measured what counts
 * @param crowds how often as many idle connections are made to the same server
 */
record Plan(int runs, Duration warmup, Duration settling, Duration measured, int crowds) {
    /** Figures that can be quoted. */
    static final Plan FULL = new Plan(3, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(5), 2);

    /** A look whether everything works. */
    static final Plan QUICK = new Plan(1, Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(2), 2);

    Duration warmup(Contender contender) {
        return contender.warmsUp() ? warmup : settling;
    }

    /** What a run takes at most, with connecting, draining and some patience. */
    Duration mostPerRun() {
        return warmup.plus(measured).plusSeconds(90);
    }

    long publishingSeconds() {
        return warmup.plus(measured).toSeconds();
    }
}
