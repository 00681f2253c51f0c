package io.monorelay.fanout;

import io.monorelay.peer.Peer;
import org.jspecify.annotations.Nullable;

/**
 * A peer's place in the fan-out of its event loop: its cursor, and nothing queued. Owned by that loop.
 *
 * <p>The cursor is the batch to go on with after the position {@code through}. It is null while the peer is where its
 * cohort is, or ahead of it, up to {@code through}. While there is a replay the peer gets what the store has, and its
 * cursor stays where it is. While {@code gapFrom} is not zero the peer gets nothing, because it was too slow; as soon as
 * it can take something it is told what is missing.
 */
public final class Subscriber {
    final Peer peer;
    final Cohort cohort;
    int index;

    @Nullable
    Batch cursor;

    @Nullable
    Replay replay;

    long through;
    long firstTaken = -1;
    long lastTaken = -1;
    long lastAddressed;
    long gapFrom;
    boolean left;

    /** @param through the position after which it takes part */
    Subscriber(Peer peer, Cohort cohort, long through) {
        this.peer = peer;
        this.cohort = cohort;
        this.through = through;
    }

    public Peer peer() {
        return peer;
    }

    /** Whether new batches are for it, now or once it has met the live end. */
    boolean takesBatches() {
        Replay current = replay;
        return current == null || current.isHeld();
    }

    /** Whether a batch of that sequence was in the last write to it. */
    boolean lastTook(long sequence) {
        return firstTaken <= sequence && sequence <= lastTaken;
    }
}
