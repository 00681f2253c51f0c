package io.monorelay.fanout;

import io.monorelay.log.Fates;
import io.monorelay.log.FreshMessage;
import io.monorelay.peer.FrameFormat;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one format in one event loop, each linked to the one after it: the open one, which takes what comes;
 * before it those that are <em>kept</em> because somebody has yet to take them; and those that are <em>pinned</em>: kept
 * no more, but still on their way out to a peer whose socket has stalled. Owned by the loop.
 */
final class BatchChain {
    /** Of a format that nobody may ever use. */
    private static final int UNUSED_BATCH_BYTES = 64;

    private final MessageFrames writer;
    private final ByteBufAllocator allocator;
    private final int batchBytes;
    private final Fates fates;
    private final ArrayDeque<Batch> kept = new ArrayDeque<>();
    private final ArrayDeque<Batch> pinned = new ArrayDeque<>();
    private Batch open;
    private long nextSequence = 1;
    private long lastAppended;
    private long givenThrough;
    private long keptBytes;
    private long pinnedBytes;
    private int subscribers;

    /**
     * @param batchBytes how large a batch is, unless a message needs more
     * @param fates told how many were given each message
     */
    BatchChain(MessageFrames writer, ByteBufAllocator allocator, int batchBytes, Fates fates) {
        this.writer = writer;
        this.allocator = allocator;
        this.batchBytes = batchBytes;
        this.fates = fates;
        open = newBatch(UNUSED_BATCH_BYTES);
    }

    FrameFormat format() {
        return writer.format();
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
            int frameBytes = writer.maxLength(message);
            if (!open.hasRoomFor(frameBytes)) {
                openNext(frameBytes);
            }
            open.append(message, writer);
            lastAppended = message.position();
        }
    }

    void appendFor(Subscriber target, FreshMessage message) {
        if (open.isFull()) {
            openNext(0);
        }
        open.appendFor(target, message, writer);
        target.lastAddressed = message.position();
    }

    private void openNext(int frameBytes) {
        Batch next = newBatch(Math.max(batchBytes, frameBytes));
        if (openIsNeededNoMore()) {
            open.release();
        } else {
            kept.addLast(open);
            keptBytes += open.footprint();
        }
        Batch before = kept.peekLast();
        if (before != null) {
            before.next = next;
        }
        open = next;
    }

    /** Has the next message begin another batch, if the open one is there for slow peers alone; returns whether it is. */
    boolean closeOpen() {
        boolean isForSlowPeers = openIsForSlowPeers();
        if (isForSlowPeers) {
            openNext(0);
        }
        return isForSlowPeers;
    }

    private boolean openIsForSlowPeers() {
        return !open.isEmpty() && !open.hasAfter(givenThrough) && !openIsNeededNoMore();
    }

    /** The position of the last message for all that is in the chain, or was. */
    long lastAppended() {
        return lastAppended;
    }

    /** The first batch that has something after that position, for whomever; null when there is none. */
    @Nullable
    Batch firstAfter(long position) {
        Batch first = open.hasAfter(position) ? open : null;
        if (kept.isEmpty()) {
            // The loop would say the same, at an iterator for each peer that is not slow.
            return first;
        }
        Iterator<Batch> newestFirst = kept.descendingIterator();
        while (newestFirst.hasNext()) {
            Batch batch = newestFirst.next();
            if (!batch.hasAfter(position)) {
                return first;
            }
            first = batch;
        }
        return first;
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

    /**
     * After visits: lets go of what nobody needs any more.
     *
     * @param through up to here everybody was given everything who has no cursor of its own
     */
    void settle(long through) {
        givenThrough = through;
        releaseDone();
        if (!open.isEmpty() && openIsNeededNoMore()) {
            open.reuse(nextSequence++);
        }
    }

    /** Those whose cursor is further back need it too. */
    private boolean openIsNeededNoMore() {
        return kept.isEmpty() && open.isDone() && !open.hasAfter(givenThrough);
    }

    /** Lets go of the batches that nobody needs any more. */
    void releaseDone() {
        for (Batch head = oldest(); head != null && head.isDone(); head = oldest()) {
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

    /** The oldest batch that is kept for slow peers alone, or null. */
    @Nullable
    Batch oldest() {
        Batch oldest = kept.peekFirst();
        return oldest == null || oldest.hasAfter(givenThrough) ? null : oldest;
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

    /** How many bytes are here for slow peers: not what others have yet to be given. */
    long laggardBytes() {
        long bytes = keptBytes + pinnedBytes;
        if (openIsForSlowPeers()) {
            bytes += open.footprint();
        }
        if (kept.isEmpty()) {
            // As above, for the iterator alone.
            return bytes;
        }
        Iterator<Batch> newestFirst = kept.descendingIterator();
        while (newestFirst.hasNext()) {
            Batch batch = newestFirst.next();
            if (!batch.hasAfter(givenThrough)) {
                break;
            }
            bytes -= batch.footprint();
        }
        return bytes;
    }

    long pinnedBytes() {
        return pinnedBytes;
    }

    /** Passes on to the account of messages what was not yet. */
    void account() {
        kept.forEach(Batch::account);
        pinned.forEach(Batch::account);
        open.account();
    }

    void release() {
        kept.forEach(Batch::release);
        pinned.forEach(Batch::release);
        open.release();
        writer.release();
    }

    private Batch newBatch(int bytes) {
        return new Batch(allocator.directBuffer(bytes, bytes), nextSequence++, fates);
    }
}
