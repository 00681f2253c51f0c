package io.monorelay.fanout;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.peer.FrameFormat;
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
 * <p>Messages for one receiver alone lie beside the shared frames, with the index of the frame that they go before.
 */
final class Batch {
    static final int MAX_MESSAGES = 1024;

    private static final int FIRST_CAPACITY = 64;

    /** A frame for one subscriber, to be sent before the shared frame of that index. */
    record Addressed(int beforeFrame, Subscriber target, ByteBuf frame) {}

    final ByteBuf frames;

    /** Rises from batch to batch of a chain, also when the object is used again. */
    long sequence;

    /** How many subscribers will take this batch next. */
    int waiters;

    /** The batch after this one, while both are kept. */
    @Nullable
    Batch next;

    private int[] ends = new int[FIRST_CAPACITY];
    private long[] positions = new long[FIRST_CAPACITY];
    private Origin[] origins = new Origin[FIRST_CAPACITY];
    private final List<Addressed> addressed = new ArrayList<>(0);
    private int addressedBytes;
    private int count;
    private long first;

    Batch(ByteBuf frames, long sequence) {
        this.frames = frames;
        this.sequence = sequence;
    }

    void append(FreshMessage message, FrameFormat format) {
        startAt(message);
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
            origins = Arrays.copyOf(origins, count * 2);
        }
        format.write(message, frames);
        ends[count] = frames.writerIndex();
        positions[count] = message.position();
        origins[count] = message.origin();
        count++;
    }

    void appendFor(Subscriber target, FreshMessage message, FrameFormat format) {
        startAt(message);
        ByteBuf frame = frames.alloc()
                .directBuffer(format.maxFrameLength(message.message().membersLength()));
        format.write(message, frame);
        addressed.add(new Addressed(count, target, frame));
        addressedBytes += frame.capacity();
    }

    private void startAt(FreshMessage message) {
        if (isEmpty()) {
            first = message.position();
        }
    }

    boolean isEmpty() {
        return count == 0 && addressed.isEmpty();
    }

    boolean isFull(int maxBytes) {
        return bytes() >= maxBytes || count >= MAX_MESSAGES;
    }

    private int bytes() {
        return frames.writerIndex() + addressedBytes;
    }

    /** How many bytes of memory the frames occupy. */
    int footprint() {
        return frames.capacity() + addressedBytes;
    }

    /** How many shared frames there are. */
    int count() {
        return count;
    }

    /** The position of the first message; undefined when empty. */
    long first() {
        return first;
    }

    int end(int frame) {
        return ends[frame];
    }

    int start(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    /** Hands over the positions of that connection's messages for all. */
    void eachFrom(Origin origin, LongConsumer sink) {
        for (int frame = 0; frame < count; frame++) {
            if (isFrom(frame, origin)) {
                sink.accept(positions[frame]);
            }
        }
    }

    boolean isFrom(int frame, Origin origin) {
        return origin.is(origins[frame]);
    }

    List<Addressed> addressed() {
        return addressed;
    }

    /** Whether nobody will read these frames any more. */
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
        Arrays.fill(origins, 0, count, Origin.NONE);
        releaseAddressed();
        frames.clear();
        count = 0;
        sequence = newSequence;
    }

    void release() {
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
