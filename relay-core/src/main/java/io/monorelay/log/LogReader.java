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

    // owned by the owner
    private long scanned = -1;

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
        long before = passed.get();
        try {
            handOver(sink);
        } finally {
            pass(scanned);
        }
        return scanned != before;
    }

    /**
     * Hands the same messages to the sink as {@link #read} would, but passes none of them: they keep their slots, count
     * against the log's bytes, and come again with the next call, until {@link #passTo} passes them.
     *
     * @return the position of the last that the sink has taken, or that of the reader
     */
    public long scan(Sink sink) {
        handOver(sink);
        return log.positionOf(scanned);
    }

    /** Passes what was scanned up to that position. */
    public void passTo(long position) {
        long sequence = log.sequenceOf(position);
        if (sequence < passed.get() || sequence > scanned) {
            throw new IllegalArgumentException(
                    "position " + position + ", expected one from " + position() + " to " + log.positionOf(scanned));
        }
        pass(sequence);
    }

    private void handOver(Sink sink) {
        scanned = passed.get();
        boolean wantsMore = true;
        while (wantsMore && log.isPublished(scanned + 1)) {
            FreshMessage message = log.messageAt(scanned + 1);
            wantsMore = message == null || sink.take(message);
            scanned++;
        }
    }

    private void pass(long sequence) {
        if (sequence != passed.get()) {
            passed.set(sequence);
            log.sweep();
        }
    }

    /** The position up to which everything has been passed. */
    public long position() {
        return log.positionOf(passed.get());
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
