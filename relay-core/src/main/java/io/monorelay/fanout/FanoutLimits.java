package io.monorelay.fanout;

/**
 * The bounds of the fan-out of one event loop.
 *
 * @param flushIntervalNanos how long messages may wait for others after a flush, at most
 * @param maxBatchBytes a batch takes no more messages from this size on
 * @param laggardBytes how many bytes are kept for slow peers of the loop, all together: batches that they have yet to
 *     take, and pages of history on their way to them
 * @param slowPeers what becomes of those for whom that is too little
 */
public record FanoutLimits(long flushIntervalNanos, int maxBatchBytes, long laggardBytes, SlowPeers slowPeers) {
    private static final int MAX_PAGE_BYTES = 256 * 1024;

    public FanoutLimits {
        if (flushIntervalNanos < 0) {
            throw new IllegalArgumentException("flush interval: expected at least 0 ns, got " + flushIntervalNanos);
        }
        if (maxBatchBytes < 1) {
            throw new IllegalArgumentException("batch: expected at least 1 byte, got " + maxBatchBytes);
        }
        if (laggardBytes < maxBatchBytes) {
            throw new IllegalArgumentException("bytes for slow peers: expected at least one batch of " + maxBatchBytes
                    + " bytes, got " + laggardBytes);
        }
    }

    /** The part of the bytes for slow peers that pages of history may take. */
    long replayBytes() {
        return laggardBytes / 4;
    }

    /** A page of history takes no more messages from this size on. */
    int pageBytes() {
        return Math.clamp(laggardBytes / 16, 1, MAX_PAGE_BYTES);
    }
}
