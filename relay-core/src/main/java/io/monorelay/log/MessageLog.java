package io.monorelay.log;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one log of accepted messages: a bounded ring with many producers and independent readers. Claiming a slot gives
 * a message its position, so that all readers see the same total order. A producer never waits: when a reader is so
 * far behind that there is no slot, or the messages that some reader still needs are too many bytes, it is told so.
 *
 * <p>A slot goes through four hands: a producer claims and publishes it, each reader passes it, and whichever reader
 * comes by then <em>sweeps</em> it, which lets go of the message and frees the slot. Only one thread sweeps at a time;
 * one that comes meanwhile leaves a note ({@code sweepRequests}) instead of waiting, and the sweeper looks again.
 *
 * <p>Threads: {@link #tryClaim}, {@link #publish} and {@link #abandon} may be called on any; a {@link LogReader} is
 * used by the thread that owns it. Readers are added before the first message.
 */
public final class MessageLog {
    /** What {@link #tryClaim} says when there is no room. */
    public static final long FULL = -1;

    /** The first position of all. */
    public static final long FIRST_POSITION = 1;

    private final RingBuffer<Slot> ring;
    private final long firstPosition;
    private final Sequence swept = new Sequence();
    private final AtomicInteger sweepRequests = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private final long maxBytes;
    private final Fates fates;
    private LogReader[] readers = {};

    /** A log that starts at {@link #FIRST_POSITION}. */
    public MessageLog(int slots, long maxBytes) {
        this(slots, maxBytes, FIRST_POSITION);
    }

    /**
     * @param slots how many messages the ring holds, a power of two
     * @param maxBytes how many bytes of messages some reader may still need, all together
     * @param firstPosition the one that is claimed first, at least {@link #FIRST_POSITION}
     */
    public MessageLog(int slots, long maxBytes, long firstPosition) {
        this(slots, maxBytes, firstPosition, Fates.none());
    }

    /**
     * The same with an account of what becomes of the messages.
     *
     * @param fates told of every message that is published
     */
    public MessageLog(int slots, long maxBytes, long firstPosition, Fates fates) {
        if (firstPosition < FIRST_POSITION) {
            throw new IllegalArgumentException(
                    "first position " + firstPosition + ", expected " + FIRST_POSITION + " at least");
        }
        // Nobody waits by the ring's own means, and this is a strategy that takes no lock to wake those who would.
        ring = RingBuffer.createMultiProducer(Slot::new, slots, new BusySpinWaitStrategy());
        ring.addGatingSequences(swept);
        this.maxBytes = maxBytes;
        this.firstPosition = firstPosition;
        this.fates = fates;
    }

    /** What becomes of the messages. */
    public Fates fates() {
        return fates;
    }

    /**
     * Adds a reader that starts at the first message.
     *
     * @param owner runs {@code onMessages} and is the only one that uses the reader
     * @param onMessages told that a parked reader has something to read
     * @throws IllegalStateException when there is a message in the log already
     */
    public synchronized LogReader addReader(Executor owner, Runnable onMessages) {
        if (ring.getCursor() >= 0) {
            throw new IllegalStateException("readers are added before the first message");
        }
        LogReader reader = new LogReader(this, owner, onMessages);
        LogReader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return reader;
    }

    /**
     * Claims the next position for a message of that many bytes. What is claimed must be published or abandoned at
     * once: readers wait for it.
     *
     * @return the position, or {@link #FULL}
     */
    public long tryClaim(int bytes) {
        if (heldBytes.addAndGet(bytes) > maxBytes) {
            heldBytes.addAndGet(-bytes);
            return FULL;
        }
        try {
            long sequence = ring.tryNext();
            ring.get(sequence).bytes = bytes;
            return positionOf(sequence);
        } catch (InsufficientCapacityException noSlot) {
            heldBytes.addAndGet(-bytes);
            return FULL;
        }
    }

    /** Publishes a message at the position that was claimed for it, and wakes the readers that are parked. */
    public void publish(FreshMessage message) {
        // Before anybody can say what else becomes of it.
        fates.accepted(message);
        long sequence = sequenceOf(message.position());
        ring.get(sequence).message = message;
        release(sequence);
    }

    /** Gives up a claimed position; it stays empty for ever. */
    public void abandon(long position) {
        release(sequenceOf(position));
    }

    /** The last position that was claimed, or the one before the first. */
    public long lastPosition() {
        return positionOf(ring.getCursor());
    }

    /** How many messages the ring holds: no position is claimed further ahead of the slowest reader than that. */
    public int slots() {
        return ring.getBufferSize();
    }

    /** How many messages some reader has yet to pass. */
    public long heldMessages() {
        return ring.getCursor() - swept.get();
    }

    /** How many bytes of messages some reader still needs. */
    public long heldBytes() {
        return heldBytes.get();
    }

    private void release(long sequence) {
        ring.publish(sequence);
        // Publishing is a release store; without a full fence the looks at the parked flags could come before it.
        VarHandle.fullFence();
        for (LogReader reader : readers) {
            reader.wake();
        }
    }

    long positionOf(long sequence) {
        return sequence + firstPosition;
    }

    long sequenceOf(long position) {
        return position - firstPosition;
    }

    boolean isPublished(long sequence) {
        return ring.isAvailable(sequence);
    }

    /** What was published there; null where the position was abandoned. */
    @Nullable
    FreshMessage messageAt(long sequence) {
        return ring.get(sequence).message;
    }

    /** Lets go of what every reader has passed. Any thread. */
    void sweep() {
        if (sweepRequests.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        do {
            sweepOnce();
            answered = sweepRequests.addAndGet(-answered);
        } while (answered != 0);
    }

    private void sweepOnce() {
        long passed = Long.MAX_VALUE;
        for (LogReader reader : readers) {
            passed = Math.min(passed, reader.passedSequence());
        }
        long freed = 0;
        for (long sequence = swept.get() + 1; sequence <= passed; sequence++) {
            freed += ring.get(sequence).clear();
        }
        heldBytes.addAndGet(-freed);
        swept.set(passed);
    }

    /** A place in the ring. Written by the producer that claimed it and by the sweeper, never by both at once. */
    static final class Slot {
        @Nullable
        FreshMessage message;

        int bytes;

        private int clear() {
            int freed = bytes;
            message = null;
            bytes = 0;
            return freed;
        }
    }
}
