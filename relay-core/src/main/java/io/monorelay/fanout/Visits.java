package io.monorelay.fanout;

import io.monorelay.peer.Peer;
import io.monorelay.protocol.Inbound;
import java.util.function.LongSupplier;

/**
 * Gives subscribers what they can take: batches, to each without its own messages and with those for it alone, and the
 * replies that wait for it. Owned by the event loop.
 */
final class Visits {
    private final BatchChain[] chains;
    private final LongSupplier position;
    private boolean someoneWaits;
    private long delivered;

    /** @param position the position up to which the batches have everything */
    Visits(BatchChain[] chains, LongSupplier position) {
        this.chains = chains;
        this.position = position;
    }

    /** A round of visits starts. */
    void start() {
        someoneWaits = false;
        delivered = 0;
    }

    /** Whether somebody that was visited in this round has yet to take something. */
    boolean someoneWaits() {
        return someoneWaits;
    }

    /** How many messages were written to peers in this round. */
    long delivered() {
        return delivered;
    }

    void visit(Subscriber subscriber) {
        if (subscriber.gapFrom != 0) {
            visitSkipping(subscriber);
            return;
        }
        BatchChain chain = chains[subscriber.peer.format().ordinal()];
        Replay replay = subscriber.replay;
        if (replay == null || replay.isHeld()) {
            pointToOpen(subscriber, chain);
        }
        if (replay == null) {
            visitLive(subscriber, chain);
        } else {
            visitReplaying(subscriber.peer, replay);
        }
    }

    private static void pointToOpen(Subscriber subscriber, BatchChain chain) {
        Batch open = chain.open();
        if (subscriber.cursor == null && !open.isEmpty() && subscriber.lastTaken != open.sequence) {
            chain.moveTo(subscriber, open);
        }
    }

    private void visitLive(Subscriber subscriber, BatchChain chain) {
        Peer peer = subscriber.peer;
        if (subscriber.cursor == null && !peer.hasReplies()) {
            return;
        }
        if (!peer.isIdle()) {
            someoneWaits = true;
            return;
        }
        peer.writeReplies();
        takeNext(subscriber, chain);
        peer.flush();
        catchUp(subscriber, chain);
    }

    private void catchUp(Subscriber subscriber, BatchChain chain) {
        while (subscriber.cursor != null && subscriber.peer.isIdle()) {
            takeNext(subscriber, chain);
            subscriber.peer.flush();
        }
        someoneWaits |= subscriber.cursor != null;
    }

    private void visitReplaying(Peer peer, Replay replay) {
        if (peer.hasReplies() && peer.isIdle()) {
            peer.writeReplies();
            peer.flush();
        }
        someoneWaits |= replay.stillWaitsForPeer() || peer.hasReplies();
    }

    private void visitSkipping(Subscriber subscriber) {
        Peer peer = subscriber.peer;
        if (!peer.isIdle()) {
            someoneWaits = true;
            return;
        }
        Batch open = chains[peer.format().ordinal()].open();
        long to = open.isEmpty() ? position.getAsLong() : open.first() - 1;
        peer.replyGap(new Inbound.Gap(subscriber.gapFrom, to, "slow"));
        subscriber.gapFrom = 0;
        visit(subscriber);
    }

    private void takeNext(Subscriber subscriber, BatchChain chain) {
        Batch batch = subscriber.cursor;
        if (batch == null) {
            return;
        }
        if (subscriber.peer.lastPublished() < batch.first() && subscriber.lastAddressed < batch.first()) {
            writeWhole(batch, subscriber.peer);
        } else {
            writeAround(batch, subscriber);
        }
        subscriber.lastTaken = batch.sequence;
        chain.moveTo(subscriber, batch.next);
    }

    private void writeWhole(Batch batch, Peer peer) {
        if (batch.count() > 0) {
            peer.write(batch.frames.retainedDuplicate());
            delivered += batch.count();
        }
    }

    /** Writes the batch without the subscriber's own messages, and with those that are for it alone. */
    private void writeAround(Batch batch, Subscriber subscriber) {
        int from = 0;
        for (Batch.Addressed entry : batch.addressed()) {
            if (entry.target() == subscriber) {
                writeFrames(batch, from, entry.beforeFrame(), subscriber.peer);
                from = entry.beforeFrame();
                subscriber.peer.write(entry.frame().retainedDuplicate());
                delivered++;
            }
        }
        writeFrames(batch, from, batch.count(), subscriber.peer);
    }

    private void writeFrames(Batch batch, int from, int to, Peer peer) {
        int start = from;
        for (int frame = from; frame < to; frame++) {
            if (batch.isFrom(frame, peer)) {
                writeSlice(batch, start, frame, peer);
                start = frame + 1;
            }
        }
        writeSlice(batch, start, to, peer);
    }

    private void writeSlice(Batch batch, int from, int to, Peer peer) {
        if (from < to) {
            int start = batch.start(from);
            peer.write(batch.frames.retainedSlice(start, batch.end(to - 1) - start));
            delivered += to - from;
        }
    }
}
