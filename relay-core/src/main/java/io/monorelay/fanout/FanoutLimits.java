package io.monorelay.fanout;

/**
 * The bounds of the fan-out of one event loop.
 *
 * @param flushIntervalNanos the time from one flush to a peer to the next, at most, while it keeps up
 * @param maxBatchBytes no more messages are taken from the log while somebody who keeps up has yet to be given so many
 *     bytes of them
 * @param laggardBytes how many bytes are kept for slow peers of the loop, all together: batches that they have yet to
 *     take, and pages of history on their way to them
 * @param slowPeers what becomes of those for whom that is too little
 * @param turnPeers how many peers are visited in one turn of the loop, at most
 * @param compression for those that have agreed on it
 */
public record FanoutLimits(
        long flushIntervalNanos,
        int maxBatchBytes,
        long laggardBytes,
        SlowPeers slowPeers,
        int turnPeers,
        Compression compression) {
    /** So many visits take about half a millisecond: that long the loop's other work waits. */
    public static final int DEFAULT_TURN_PEERS = 64;

    private static final int MAX_PAGE_BYTES = 256 * 1024;
    private static final int MIN_BATCH_BYTES = 1024;
    private static final int MAX_BATCH_BYTES = 64 * 1024;

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
        if (turnPeers < 1) {
            throw new IllegalArgumentException("peers visited in a turn: expected at least 1, got " + turnPeers);
        }
    }

    /** With {@value #DEFAULT_TURN_PEERS} peers in a turn. */
    public FanoutLimits(long flushIntervalNanos, int maxBatchBytes, long laggardBytes, SlowPeers slowPeers) {
        this(flushIntervalNanos, maxBatchBytes, laggardBytes, slowPeers, DEFAULT_TURN_PEERS);
    }

    /** With the usual compression. */
    FanoutLimits(long flushIntervalNanos, int maxBatchBytes, long laggardBytes, SlowPeers slowPeers, int turnPeers) {
        this(flushIntervalNanos, maxBatchBytes, laggardBytes, slowPeers, turnPeers, Compression.defaults());
    }

    /** These limits with another compression. */
    public FanoutLimits withCompression(Compression other) {
        return new FanoutLimits(flushIntervalNanos, maxBatchBytes, laggardBytes, slowPeers, turnPeers, other);
    }

    /** How large a batch is, unless a message needs more. */
    int batchBytes() {
        return Math.min(maxBatchBytes, Math.clamp(laggardBytes / 16, MIN_BATCH_BYTES, MAX_BATCH_BYTES));
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
