package io.monorelay.fanout;

import io.monorelay.log.FreshMessage;
import io.monorelay.peer.FrameFormat;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one format in one event loop: the open one, which takes the messages of this pass; before it those
 * that are <em>kept</em> because a slow peer has yet to take them; and those that are <em>pinned</em>: kept no more,
 * but still on their way out to a peer whose socket has stalled. Owned by the loop.
 */
final class BatchChain {
    private static final int FIRST_BATCH_BYTES = 16 * 1024;

    /** Of a format that nobody may ever use. */
    private static final int UNUSED_BATCH_BYTES = 64;

    private final FrameFormat format;
    private final ByteBufAllocator allocator;
    private final ArrayDeque<Batch> kept = new ArrayDeque<>();
    private final ArrayDeque<Batch> pinned = new ArrayDeque<>();
    private Batch open;
    private long nextSequence = 1;
    private long lastAppended;
    private long keptBytes;
    private long pinnedBytes;
    private int subscribers;

    BatchChain(FrameFormat format, ByteBufAllocator allocator) {
        this.format = format;
        this.allocator = allocator;
        open = newBatch(UNUSED_BATCH_BYTES);
    }

    FrameFormat format() {
        return format;
    }

    Batch open() {
        return open;
    }

    int subscribers() {
        return subscribers;
    }

    void subscribed() {
        subscribers++;
    }

    void unsubscribed(Subscriber subscriber) {
        subscribers--;
        moveTo(subscriber, null);
    }

    /** Appends a message, unless it is here already: one that another chain failed on comes twice. */
    void append(FreshMessage message) {
        if (message.position() > lastAppended) {
            open.append(message, format);
            lastAppended = message.position();
        }
    }

    void appendFor(Subscriber target, FreshMessage message) {
        open.appendFor(target, message, format);
        target.lastAddressed = message.position();
    }

    /** The position of the last message for all that is in the chain, or was. */
    long lastAppended() {
        return lastAppended;
    }

    /** Makes the open batch reachable from the last one that is kept, before it is delivered. */
    void linkOpen() {
        Batch last = kept.peekLast();
        if (last != null && !open.isEmpty()) {
            last.next = open;
        }
    }

    void moveTo(Subscriber subscriber, @Nullable Batch batch) {
        if (subscriber.cursor != null) {
            subscriber.cursor.waiters--;
        }
        subscriber.cursor = batch;
        if (batch != null) {
            batch.waiters++;
        }
    }

    /** After a delivery: lets go of what nobody needs any more, and keeps the open batch if somebody does. */
    void settle() {
        releaseDone();
        if (open.isEmpty()) {
            return;
        }
        if (kept.isEmpty() && open.isDone()) {
            open.reuse(nextSequence++);
            return;
        }
        kept.addLast(open);
        keptBytes += open.footprint();
        open = newBatch(FIRST_BATCH_BYTES);
    }

    /** Lets go of what nobody needs any more. */
    void releaseDone() {
        for (Batch head = kept.peekFirst(); head != null && head.isDone(); head = kept.peekFirst()) {
            removeOldest().release();
        }
        if (!pinned.isEmpty()) {
            pinned.removeIf(this::releaseIfDone);
        }
    }

    private boolean releaseIfDone(Batch batch) {
        if (!batch.isDone()) {
            return false;
        }
        pinnedBytes -= batch.footprint();
        batch.release();
        return true;
    }

    /** The oldest batch that is kept, or null. */
    @Nullable
    Batch oldest() {
        return kept.peekFirst();
    }

    /** Keeps the oldest batch no longer. Nobody waits for it. */
    void letGoOfOldest() {
        Batch oldest = removeOldest();
        if (oldest.isDone()) {
            oldest.release();
        } else {
            pinned.addLast(oldest);
            pinnedBytes += oldest.footprint();
        }
    }

    private Batch removeOldest() {
        Batch oldest = kept.removeFirst();
        keptBytes -= oldest.footprint();
        return oldest;
    }

    /** Takes the batch out that has been pinned longest; its frames live until the last channel lets go of them. */
    Batch removeOldestPinned() {
        Batch oldest = pinned.removeFirst();
        pinnedBytes -= oldest.footprint();
        return oldest;
    }

    long keptBytes() {
        return keptBytes;
    }

    long pinnedBytes() {
        return pinnedBytes;
    }

    void release() {
        kept.forEach(Batch::release);
        pinned.forEach(Batch::release);
        open.release();
    }

    private Batch newBatch(int bytes) {
        return new Batch(allocator.directBuffer(bytes), nextSequence++);
    }
}
