package io.monorelay.fanout;

/** What becomes of a peer that is too slow for the batches that are kept in memory. */
public enum SlowPeers {
    /** It reads on from the store, and goes on with the live log when it has caught up. */
    CATCH_UP,
    /** It is told of the gap, where its format can say so, and goes on with the live log; else it is closed. */
    SKIP,
    /** It is closed. */
    CLOSE
}
