package io.monorelay.log;

import com.lmax.disruptor.Sequence;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A cursor in the log. It is either parked, and then the next message wakes it by running its task on its owner, once
 * however many messages follow; or it is awake, and its owner goes on reading until {@link #park} succeeds.
 *
 * <p>Used by its owner's thread alone, but for {@link #wake} and {@link #passedSequence}.
 */
public final class LogReader {
    /** Takes messages in order of position. */
    public interface Sink {
        /** Takes one message; returns false to read no further for now. */
        boolean take(FreshMessage message);
    }

    // fixed after construction
    private final MessageLog log;
    private final Executor owner;
    private final Runnable onMessages;

    // written by the owner, read by any thread
    private final Sequence passed = new Sequence();

    // any thread
    private final AtomicBoolean parked = new AtomicBoolean(true);

    LogReader(MessageLog log, Executor owner, Runnable onMessages) {
        this.log = log;
        this.owner = owner;
        this.onMessages = onMessages;
    }

    /**
     * Hands what has been published since the last call to the sink, until that wants no more. A message is the
     * sink's to use as long as it likes, but it counts against the log's bytes only until this returns. One that the
     * sink fails on comes again with the next call; those before it do not.
     *
     * @return whether anything was read
     */
    public boolean read(Sink sink) {
        long first = passed.get() + 1;
        long sequence = first;
        boolean wantsMore = true;
        try {
            while (wantsMore && log.isPublished(sequence)) {
                FreshMessage message = log.messageAt(sequence);
                wantsMore = message == null || sink.take(message);
                sequence++;
            }
        } finally {
            passUntil(sequence, first);
        }
        return sequence != first;
    }

    private void passUntil(long sequence, long first) {
        if (sequence != first) {
            passed.set(sequence - 1);
            log.sweep();
        }
    }

    /** The position up to which everything has been read. */
    public long position() {
        return passed.get() + MessageLog.FIRST_POSITION;
    }

    /**
     * Parks the reader when there is nothing more to read.
     *
     * @return true when it is parked; false when there is more to read, and the owner must go on
     */
    public boolean park() {
        parked.set(true);
        // Pairs with the fence of the publisher: either we see its message, or it sees us parked.
        VarHandle.fullFence();
        boolean more = log.isPublished(passed.get() + 1);
        return !more || !parked.compareAndSet(true, false);
    }

    /** Whether the reader waits to be woken. */
    public boolean isParked() {
        return parked.get();
    }

    /** Wakes the reader if it is parked. Any thread. */
    void wake() {
        if (!parked.get() || !parked.compareAndSet(true, false)) {
            return;
        }
        try {
            owner.execute(onMessages);
        } catch (RejectedExecutionException ownerHasShutDown) {
            // Nobody is left to read. The reader stays awake, which spares the next producers the attempt.
        }
    }

    long passedSequence() {
        return passed.get();
    }
}
