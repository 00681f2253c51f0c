package io.monorelay.fanout;

import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.Inbound;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives subscribers what they can take: batches, to each without its own messages and with those for it alone, and the
 * replies that wait for it. Owned by the event loop.
 */
final class Visits {
    private final BatchChain[] chains;
    private final int flushBytes;

    /** For each format the batch with the first message that the cohort was not given; null when there is none. */
    private final @Nullable Batch[] news = new @Nullable Batch[FrameFormat.values().length];

    private long position;
    private boolean someoneWaits;
    private long delivered;

    /** @param flushBytes a flush takes no more batches from this size on */
    Visits(BatchChain[] chains, int flushBytes) {
        this.chains = chains;
        this.flushBytes = flushBytes;
    }

    /** A turn of that cohort starts: its subscribers are given what came after its place. */
    void startTurn(Cohort cohort, long through) {
        start(through);
        for (int i = 0; i < chains.length; i++) {
            news[i] = chains[i].firstAfter(cohort.givenThrough());
        }
    }

    /** A round starts in which only those get something that have yet to take what others have. */
    void startRound(long through) {
        start(through);
        Arrays.fill(news, null);
    }

    /** @param through the position up to which the batches have everything */
    private void start(long through) {
        position = through;
        someoneWaits = false;
        delivered = 0;
    }

    /** Whether somebody that was visited has yet to take something. */
    boolean someoneWaits() {
        return someoneWaits;
    }

    /** How many messages were written to peers. */
    long delivered() {
        return delivered;
    }

    void visit(Subscriber subscriber) {
        if (subscriber.gapFrom != 0 && !tellOfGap(subscriber)) {
            someoneWaits = true;
            return;
        }
        Replay replay = subscriber.replay;
        if (replay == null || replay.isHeld()) {
            pointToNews(subscriber);
        }
        if (replay == null) {
            visitLive(subscriber);
        } else {
            visitReplaying(subscriber.peer, replay);
        }
    }

    /** Returns whether the peer could be told. */
    private static boolean tellOfGap(Subscriber subscriber) {
        Peer peer = subscriber.peer;
        if (!peer.isIdle()) {
            return false;
        }
        long to = subscriber.cohort.givenThrough();
        peer.replyGap(new Inbound.Gap(subscriber.gapFrom, to, "slow"));
        subscriber.gapFrom = 0;
        subscriber.through = to;
        return true;
    }

    private void pointToNews(Subscriber subscriber) {
        int format = subscriber.peer.format().ordinal();
        Batch first = news[format];
        if (subscriber.cursor == null && first != null) {
            subscriber.through = Math.max(subscriber.through, subscriber.cohort.givenThrough());
            if (subscriber.through < position) {
                chains[format].moveTo(subscriber, first);
            }
        }
    }

    private void visitLive(Subscriber subscriber) {
        Peer peer = subscriber.peer;
        if (subscriber.cursor == null && !peer.hasReplies()) {
            return;
        }
        if (!peer.isIdle()) {
            peer.noteUntaken();
            someoneWaits = true;
            return;
        }
        boolean replies = peer.hasReplies();
        peer.writeReplies();
        do {
            subscriber.firstTaken = Long.MAX_VALUE;
            takeSome(subscriber);
            peer.flush();
        } while (subscriber.cursor != null && peer.isIdle());
        someoneWaits |= subscriber.cursor != null;
        if (replies) {
            peer.noteUntaken();
        }
    }

    private void visitReplaying(Peer peer, Replay replay) {
        if (peer.hasReplies() && peer.isIdle()) {
            peer.writeReplies();
            peer.flush();
        }
        peer.noteUntaken();
        someoneWaits |= replay.stillWaitsForPeer() || peer.hasReplies();
    }

    /** Writes what comes next, until that is enough for one flush. */
    private void takeSome(Subscriber subscriber) {
        Batch batch = subscriber.cursor;
        if (batch == null) {
            return;
        }
        int bytes = 0;
        while (batch != null && bytes < flushBytes) {
            bytes += take(batch, subscriber);
            subscriber.through = batch.isEmpty() ? subscriber.through : Math.max(subscriber.through, batch.last());
            batch = batch.next;
        }
        if (batch == null) {
            subscriber.through = Math.max(subscriber.through, position);
        }
        chains[subscriber.peer.format().ordinal()].moveTo(subscriber, batch);
    }

    /** Returns how many bytes were written, about. */
    private int take(Batch batch, Subscriber subscriber) {
        long through = subscriber.through;
        int from = batch.firstAfter(through);
        if (subscriber.peer.lastPublished() <= through && subscriber.lastAddressed <= through) {
            writeSlice(batch, from, batch.count(), subscriber);
        } else {
            writeAround(batch, from, subscriber);
        }
        subscriber.firstTaken = Math.min(subscriber.firstTaken, batch.sequence);
        subscriber.lastTaken = batch.sequence;
        return batch.frames.writerIndex() - batch.start(from);
    }

    /** Writes the batch without the subscriber's own messages, and with those that are for it alone. */
    private void writeAround(Batch batch, int first, Subscriber subscriber) {
        int from = first;
        for (Batch.Addressed entry : batch.addressed()) {
            if (entry.target() == subscriber && entry.position() > subscriber.through) {
                writeFrames(batch, from, entry.beforeFrame(), subscriber);
                from = entry.beforeFrame();
                subscriber.peer.write(entry.frame().retainedDuplicate());
                batch.given(entry);
                delivered++;
            }
        }
        writeFrames(batch, from, batch.count(), subscriber);
    }

    private void writeFrames(Batch batch, int from, int to, Subscriber subscriber) {
        int start = from;
        for (int frame = from; frame < to; frame++) {
            if (batch.isFrom(frame, subscriber.peer)) {
                writeSlice(batch, start, frame, subscriber);
                start = frame + 1;
            }
        }
        writeSlice(batch, start, to, subscriber);
    }

    private void writeSlice(Batch batch, int from, int to, Subscriber subscriber) {
        if (from < to) {
            batch.given(from, to, subscriber.peer, subscriber.cohort.givenThrough());
            subscriber.peer.write(batch.frames.retainedDuplicate().setIndex(batch.start(from), batch.end(to - 1)));
            delivered += to - from;
        }
    }
}
