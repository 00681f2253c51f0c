package io.monorelay.store;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one owner, such as an event loop, does when messages have become durable: first come, first served. Used by its
 * owner's thread alone, but for {@link #wake}. It does not bound how many wait; who lets them wait does.
 *
 * <p>Parking and waking: the owner writes the position that it waits for, then looks at the mark once more; the writer
 * moves the mark, then looks at that position. All of these are volatile, so at least one of them sees the other; and
 * a compare-and-set lets one of them take the position back, so that the owner is woken once.
 */
public final class CommitQueue {
    /** Told that a message has become durable. */
    public interface Waiter {
        void onDurable();
    }

    private record Waiting(long position, Waiter waiter) {}

    private static final long NOT_WAITING = Long.MAX_VALUE;

    // fixed after construction
    private final CommitMark mark;
    private final Executor owner;
    private final Runnable serve = this::serve;

    // owned by the owner
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    // any thread
    private final AtomicLong awaited = new AtomicLong(NOT_WAITING);

    CommitQueue(CommitMark mark, Executor owner) {
        this.mark = mark;
        this.owner = owner;
    }

    /**
     * Runs the waiter once everything up to that position is durable and all before it in this queue have been run: at
     * once, if that is so now.
     */
    public void await(long position, Waiter waiter) {
        if (!waiting.isEmpty()) {
            // Either the queue is parked or it is about to be served, and parks after that.
            waiting.addLast(new Waiting(position, waiter));
        } else if (position <= mark.position()) {
            waiter.onDurable();
        } else {
            waiting.addLast(new Waiting(position, waiter));
            park();
        }
    }

    /** What a message survives once it is durable. */
    public Durability durability() {
        return mark.durability();
    }

    /** How many wait. */
    public int size() {
        return waiting.size();
    }

    private void park() {
        Waiting head = waiting.peekFirst();
        if (head != null) {
            awaited.set(head.position());
            wake(mark.position());
        }
    }

    /** Wakes the owner if it waits for that position or one before it. Any thread. */
    void wake(long durable) {
        long position = awaited.get();
        if (position > durable || !awaited.compareAndSet(position, NOT_WAITING)) {
            return;
        }
        try {
            owner.execute(serve);
        } catch (RejectedExecutionException ownerHasShutDown) {
            // Nobody is left to be told.
        }
    }

    private void serve() {
        long durable = mark.position();
        try {
            Waiting head = waiting.peekFirst();
            while (head != null && head.position() <= durable) {
                waiting.removeFirst();
                head.waiter().onDurable();
                head = waiting.peekFirst();
            }
        } finally {
            // Also when a waiter failed: those behind it are served all the same.
            park();
        }
    }
}
