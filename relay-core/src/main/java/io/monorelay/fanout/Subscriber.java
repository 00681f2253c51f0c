package io.monorelay.fanout;

import io.monorelay.peer.Peer;
import org.jspecify.annotations.Nullable;

/**
 * A peer's place in the fan-out of its event loop: its cursor, and nothing queued. Owned by that loop.
 *
 * <p>The cursor is the batch to be taken next; null when the peer has everything so far. While there is a replay the
 * peer gets what the store has, and its cursor stays where it is. While {@code gapFrom} is not zero the peer gets
 * nothing, because it was too slow; as soon as it can take something it is told what is missing.
 */
public final class Subscriber {
    final Peer peer;
    int index;

    @Nullable
    Batch cursor;

    @Nullable
    Replay replay;

    long lastTaken = -1;
    long lastAddressed;
    long gapFrom;
    boolean left;

    Subscriber(Peer peer, int index) {
        this.peer = peer;
        this.index = index;
    }

    public Peer peer() {
        return peer;
    }

    /** Whether new batches are for it, now or once it has met the live end. */
    boolean takesBatches() {
        Replay current = replay;
        return current == null || current.isHeld();
    }
}
