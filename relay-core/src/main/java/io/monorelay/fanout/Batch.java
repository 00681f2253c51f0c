package io.monorelay.fanout;

import io.monorelay.log.Fates;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.peer.Peer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A run of messages as ready-made frames in one buffer, to be shared by all peers of one event loop and one format.
 * Owned by that loop.
 *
 * <p>Messages are appended while peers are being sent those before them: what was written is not touched, and the buffer
 * does not grow.
 *
 * <p>Messages for one receiver alone lie beside the shared frames, with the index of the frame that they go before.
 */
final class Batch {
    static final int MAX_MESSAGES = 1024;

    private static final int FIRST_CAPACITY = 64;

    /** How many of those who take a message late are named. */
    private static final int MAX_NAMED = 4;

    /** A frame for one subscriber, to be sent before the shared frame of that index. */
    record Addressed(long position, int beforeFrame, Subscriber target, ByteBuf frame) {}

    /** Somebody who took these frames, the last excluded, when others had them already. */
    private record Late(long peer, int from, int to) {}

    final ByteBuf frames;

    /** Rises from batch to batch of a chain, also when the object is used again. */
    long sequence;

    /** How many subscribers have their cursor here. */
    int waiters;

    /** The batch after this one, or null while this is the last. */
    @Nullable
    Batch next;

    private int[] ends = new int[FIRST_CAPACITY];
    private long[] positions = new long[FIRST_CAPACITY];
    private Origin[] origins = new Origin[FIRST_CAPACITY];
    private final List<Addressed> addressed = new ArrayList<>(0);
    private final List<Late> late = new ArrayList<>(0);
    private final Fates fates;

    /** At each frame, how many more were given it than the one before it; empty where no account is kept. */
    private int[] givenSteps;

    private int addressedBytes;
    private int count;
    private long last;

    Batch(ByteBuf frames, long sequence, Fates fates) {
        this.frames = frames;
        this.sequence = sequence;
        this.fates = fates;
        givenSteps = new int[fates.areKept() ? FIRST_CAPACITY + 1 : 0];
    }

    void append(FreshMessage message, MessageFrames writer) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
            origins = Arrays.copyOf(origins, count * 2);
            givenSteps = Arrays.copyOf(givenSteps, givenSteps.length == 0 ? 0 : count * 2 + 1);
        }
        writer.write(message, frames);
        ends[count] = frames.writerIndex();
        positions[count] = message.position();
        origins[count] = message.origin();
        last = message.position();
        count++;
    }

    void appendFor(Subscriber target, FreshMessage message, MessageFrames writer) {
        ByteBuf frame = frames.alloc().directBuffer(writer.maxLength(message));
        writer.write(message, frame);
        addressed.add(new Addressed(message.position(), count, target, frame));
        addressedBytes += frame.capacity();
        last = message.position();
    }

    boolean isEmpty() {
        return count == 0 && addressed.isEmpty();
    }

    /** Whether there is room for one more frame of that length. */
    boolean hasRoomFor(int frameBytes) {
        return frameBytes <= frames.writableBytes() && !isFull();
    }

    /** Whether there is room for one more that is addressed. */
    boolean isFull() {
        return addressedBytes >= frames.capacity() || count >= MAX_MESSAGES;
    }

    /** How many bytes of memory the frames occupy. */
    int footprint() {
        return frames.capacity() + addressedBytes;
    }

    /** How many shared frames there are. */
    int count() {
        return count;
    }

    /** The position of the last message; undefined when empty. */
    long last() {
        return last;
    }

    /** Whether there is anything after that position, for whomever. */
    boolean hasAfter(long position) {
        return !isEmpty() && last > position;
    }

    /** The index of the first shared frame after that position, or {@link #count} when there is none. */
    int firstAfter(long position) {
        if (count == 0 || positions[0] > position) {
            return 0;
        }
        int found = Arrays.binarySearch(positions, 0, count, position);
        return found >= 0 ? found + 1 : -found - 1;
    }

    int end(int frame) {
        return ends[frame];
    }

    int start(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    /** Hands over the positions, after that one, of that connection's messages for all. */
    void eachFrom(Origin origin, long after, LongConsumer sink) {
        for (int frame = firstAfter(after); frame < count; frame++) {
            if (isFrom(frame, origin)) {
                sink.accept(positions[frame]);
            }
        }
    }

    boolean isFrom(int frame, Origin origin) {
        return origin.is(origins[frame]);
    }

    /** A peer is given these frames, the last excluded; those up to that position the others were given before. */
    void given(int from, int to, Peer peer, long others) {
        if (givenSteps.length == 0) {
            return;
        }
        givenSteps[from]++;
        givenSteps[to]--;
        if (positions[from] <= others) {
            takenLate(from, Math.min(firstAfter(others), to), peer);
        }
    }

    /** A peer is to get what comes after that position from the store, because it was too slow. */
    void fellOff(long after, Peer peer) {
        if (givenSteps.length != 0) {
            takenLate(firstAfter(after), count, peer);
        }
    }

    private void takenLate(int from, int to, Peer peer) {
        if (late.size() < MAX_NAMED) {
            late.add(new Late(peer.id(), from, to));
        }
    }

    /** A peer is given a message that is for it alone. */
    void given(Addressed entry) {
        fates.sent(entry.position(), 1);
    }

    /** Passes on to the account what was not yet. */
    void account() {
        if (givenSteps.length == 0) {
            return;
        }
        int peers = 0;
        for (int frame = 0; frame < count; frame++) {
            peers += givenSteps[frame];
            if (peers != 0) {
                fates.sent(positions[frame], peers);
            }
        }
        Arrays.fill(givenSteps, 0, count + 1, 0);
        for (Late taker : late) {
            for (int frame = taker.from(); frame < taker.to(); frame++) {
                fates.late(positions[frame], taker.peer());
            }
        }
        late.clear();
    }

    List<Addressed> addressed() {
        return addressed;
    }

    /** Whether nobody has its cursor here or is being sent these frames. */
    boolean isDone() {
        return waiters == 0 && frames.refCnt() == 1 && addressedAreDone();
    }

    private boolean addressedAreDone() {
        for (int i = 0; i < addressed.size(); i++) {
            if (addressed.get(i).frame().refCnt() != 1) {
                return false;
            }
        }
        return true;
    }

    /** Makes the batch empty, for the next messages. */
    void reuse(long newSequence) {
        account();
        Arrays.fill(origins, 0, count, Origin.NONE);
        releaseAddressed();
        frames.clear();
        count = 0;
        sequence = newSequence;
    }

    void release() {
        account();
        releaseAddressed();
        frames.release();
    }

    private void releaseAddressed() {
        if (addressed.isEmpty()) {
            return;
        }
        addressed.forEach(entry -> entry.frame().release());
        addressed.clear();
        addressedBytes = 0;
    }
}
