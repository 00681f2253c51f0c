package io.monorelay.bench.soak;

import io.monorelay.bench.report.Finding;
import java.util.List;
import java.util.Locale;

/** Something that must not grow for as long as the load stays the same, and by how much it may for other reasons. */
enum Measure {
    // A JVM takes what it may of its heap before it collects, and keeps code and pools once it has needed them.
    RESIDENT("memory (RSS), MB", 48, 0.2, true),
    HEAP("heap after collection, MB", 16, 0.2, true),
    DIRECT("direct buffers, MB", 16, 0.2, false),
    DESCRIPTORS("descriptors", 10, 0.05, false),
    THREADS("threads", 4, 0.05, false);

    private static final double BYTES_A_MB = 1e6;

    private final String title;
    private final double allowed;
    private final double allowedShare;
    private final boolean hasIds;

    Measure(String title, double allowed, double allowedShare, boolean hasIds) {
        this.title = title;
        this.allowed = allowed;
        this.allowedShare = allowedShare;
        this.hasIds = hasIds;
    }

    String title() {
        return title;
    }

    /** NaN where it was not measured. */
    double of(Sample sample) {
        return switch (this) {
            case RESIDENT -> sample.moment().serverBytes() / BYTES_A_MB;
            case HEAP -> sample.heapBytes() / BYTES_A_MB;
            case DIRECT -> sample.directBytes() / BYTES_A_MB;
            case DESCRIPTORS -> sample.moment().serverDescriptors();
            case THREADS -> sample.moment().serverThreads();
        };
    }

    /** Whether it grew in the second half of the samples. */
    Finding judge(List<Sample> samples) {
        int half = samples.size() / 2;
        List<Sample> known = samples.subList(half, samples.size()).stream()
                .filter(sample -> !Double.isNaN(of(sample)))
                .toList();
        Trend trend = Trend.of(
                known.stream().mapToDouble(sample -> sample.moment().seconds()).toArray(),
                known.stream().mapToDouble(this::of).toArray());
        double most = Math.max(allowed, allowedShare * trend.mean()) + idsSince(half, samples);
        String text = String.format(
                Locale.ROOT,
                "%+.1f in the last %.0f s, at %.1f on the average; %.1f may be",
                trend.growth(),
                trend.length(),
                trend.mean(),
                most);
        return new Finding("growth of " + title, trend.growth() <= most, text);
    }

    /** Megabytes. */
    private double idsSince(int half, List<Sample> samples) {
        return hasIds ? new RememberedIds(samples).growthSince(half) * RememberedIds.BYTES_EACH / BYTES_A_MB : 0;
    }
}
