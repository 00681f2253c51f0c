package io.monorelay.fanout;

/**
 * The bounds of the fan-out of one event loop.
 *
 * @param flushIntervalNanos how long messages may wait for others after a flush, at most
 * @param maxBatchBytes a batch takes no more messages from this size on
 * @param laggardBytes how many bytes of batches are kept for slow peers of the loop, all together
 */
public record FanoutLimits(long flushIntervalNanos, int maxBatchBytes, long laggardBytes) {
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
}
