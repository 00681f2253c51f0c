package io.monorelay.store;

import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * The position up to which the store has everything, with the queues of those who wait for it to move on. Any thread
 * reads it; one thread at a time, the writer of the store, moves it.
 */
public final class CommitMark {
    private final Durability durability;
    private volatile long position;
    private volatile CommitQueue[] queues = {};

    /**
     * @param durability what everything up to the mark survives
     * @param position up to which everything is stored already
     */
    public CommitMark(Durability durability, long position) {
        this.durability = durability;
        this.position = position;
    }

    /** What everything up to the mark survives. */
    public Durability durability() {
        return durability;
    }

    /** Every message up to this position is durable. */
    public long position() {
        return position;
    }

    /**
     * Adds a queue for one owner, which lives as long as the mark.
     *
     * @param owner runs what waits in the queue, and is the only one that uses it
     */
    public synchronized CommitQueue newQueue(Executor owner) {
        CommitQueue queue = new CommitQueue(this, owner);
        CommitQueue[] more = Arrays.copyOf(queues, queues.length + 1);
        more[queues.length] = queue;
        queues = more;
        return queue;
    }

    /** Moves the mark, never back, and wakes whoever waits for that. Called by the writer of the store alone. */
    public void advanceTo(long newPosition) {
        if (newPosition <= position) {
            return;
        }
        position = newPosition;
        for (CommitQueue queue : queues) {
            queue.wake(newPosition);
        }
    }
}
