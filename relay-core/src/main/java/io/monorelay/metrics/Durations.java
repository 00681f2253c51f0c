package io.monorelay.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, each time, counted in buckets whose bounds double. Any thread may record and read; a reading
 * taken while others record is not a snapshot of one moment.
 */
public final class Durations {
    /** The first bucket goes up to 2^16 ns, 66 µs; the last but one to 2^34 ns, 17 s; the last has no bound. */
    private static final int FIRST_BITS = 16;

    private static final int LAST_BITS = 34;
    private static final int BOUNDED = LAST_BITS - FIRST_BITS + 1;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongAdder[] counts = new LongAdder[BOUNDED + 1];
    private final LongAdder totalNanos = new LongAdder();

    public Durations() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** It took that long once. */
    public void record(long nanos) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(nanos, 1) - 1);
        counts[Math.clamp(bits - FIRST_BITS, 0, BOUNDED)].increment();
        totalNanos.add(nanos);
    }

    /** The upper bounds of the buckets in seconds, inclusive, rising; the last is infinite. */
    public static double[] boundsInSeconds() {
        double[] bounds = new double[BOUNDED + 1];
        for (int i = 0; i < BOUNDED; i++) {
            bounds[i] = (1L << (FIRST_BITS + i)) / NANOS_PER_SECOND;
        }
        bounds[BOUNDED] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /** How many there were in each bucket. */
    public long[] counts() {
        long[] sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i].sum();
        }
        return sums;
    }

    /** How long all of them took together. */
    public double totalSeconds() {
        return totalNanos.sum() / NANOS_PER_SECOND;
    }
}
