package io.monorelay.bench.load;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When the last messages of each publisher were due. One thread writes for each publisher, any may read: a receiver can
 * only ask for what was published before.
 */
final class DueTimes {
    /** What stands for the time of a message that is too old to be known. */
    static final long FORGOTTEN = Long.MIN_VALUE;

    private static final int MAX_TIMES = 1 << 22;
    private static final int MAX_TIMES_EACH = 1 << 18;

    private final int timesEach;
    private final AtomicLongArray times;
    private final AtomicLongArray newest;

    DueTimes(int publishers) {
        timesEach = Math.max(1, Math.min(MAX_TIMES_EACH, MAX_TIMES / publishers));
        times = new AtomicLongArray(publishers * timesEach);
        newest = new AtomicLongArray(publishers);
    }

    void set(int publisher, int sequence, long nanos) {
        times.set(index(publisher, sequence), nanos);
        newest.set(publisher, sequence);
    }

    /** In the nanoseconds of {@link System#nanoTime}, or {@link #FORGOTTEN}. */
    long get(int publisher, int sequence) {
        long time = times.get(index(publisher, sequence));
        return newest.get(publisher) - sequence >= timesEach ? FORGOTTEN : time;
    }

    private int index(int publisher, int sequence) {
        return publisher * timesEach + Math.floorMod(sequence, timesEach);
    }
}
