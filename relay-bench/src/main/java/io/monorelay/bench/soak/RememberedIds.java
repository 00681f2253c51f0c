package io.monorelay.bench.soak;

import java.util.List;

/**
 * The ids of recent messages, which a relay with its default settings remembers up to a number and an age: memory that
 * grows until one of the two is reached.
 */
final class RememberedIds {
    /** On the Java heap, with everything that leads to it. */
    static final double BYTES_EACH = 250;

    private static final double MAX_IDS = 1_000_000;
    private static final double MAX_AGE_SECONDS = 20 * 60;

    private final List<Sample> samples;

    /** @param samples from the beginning of the load on */
    RememberedIds(List<Sample> samples) {
        this.samples = samples;
    }

    /** How many more they are in the last sample than in that one. */
    double growthSince(int index) {
        return samples.isEmpty() ? 0 : Math.max(0, countAt(samples.size() - 1) - countAt(index));
    }

    private double countAt(int index) {
        double oldest = samples.get(index).moment().seconds() - MAX_AGE_SECONDS;
        double count = 0;
        double before = 0;
        for (Sample sample : samples.subList(0, index + 1)) {
            double seconds = sample.moment().seconds();
            if (seconds > oldest) {
                count += sample.moment().published() * (seconds - before);
            }
            before = seconds;
        }
        return Math.min(MAX_IDS, count);
    }
}
