package io.monorelay.fanout;

import io.monorelay.peer.Peer;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoredMessage;
import org.jspecify.annotations.Nullable;

/**
 * One peer's way through the store to the live end of the log. Owned by the event loop.
 *
 * <p>At first the peer is <em>far</em>: it takes no part in the batches, and is sent one page after the other of what
 * is durable. When it has come so far that there is no more, it is <em>held</em>: from now on batches are kept for it,
 * and there is a last position before the first of them, its target. Once the target is durable the peer is sent what
 * is left up to there, and that was the replay: it takes its batches, and no position has come twice or not at all. One
 * that falls off the end of what is kept while it is held is far again.
 *
 * <p>There is always exactly one thing that a replay waits for: its peer, more of the log, its turn, a page, that a page has gone
 * out, the disk, the time to try again, or the time at which its next page can be paid for. Each of them calls {@link #goOn} in the end.
 */
final class Replay {
    // fixed after construction
    private final Replays replays;
    private final Subscriber subscriber;
    private final Resume resume;
    private final long joinedAt;
    private final OwnPositions own = new OwnPositions();

    // owned by the event loop
    private long through;
    private long target;
    private boolean held;
    private boolean waitsForPeer;
    private int failures;

    /**
     * @param joinedAt up to here the peer gets what {@code resume} says, and from here on what every peer gets
     */
    Replay(Replays replays, Subscriber subscriber, Resume resume, long joinedAt) {
        this.replays = replays;
        this.subscriber = subscriber;
        this.resume = resume;
        this.joinedAt = joinedAt;
        through = Math.min(resume.after(), replays.lastPosition());
    }

    Subscriber subscriber() {
        return subscriber;
    }

    Peer peer() {
        return subscriber.peer;
    }

    boolean isHeld() {
        return held;
    }

    /** How often the store has failed in a row. */
    int failures() {
        return failures;
    }

    /** Starts when everything that was written to the peer before has gone out. */
    void startWhenIdle() {
        if (peer().isIdle()) {
            goOn();
        } else {
            waitsForPeer = true;
        }
    }

    /** Lets it start if it can now; returns whether it still waits for its peer. */
    boolean stillWaitsForPeer() {
        if (waitsForPeer && peer().isIdle()) {
            waitsForPeer = false;
            goOn();
        }
        return waitsForPeer;
    }

    /** Does whatever comes next. */
    void goOn() {
        if (subscriber.left) {
            return;
        }
        if (through > replays.passedThrough()) {
            // The peer has got from another loop what this one has yet to pass.
            replays.goOnAfterDelivery(this);
        } else if (through < readableThrough()) {
            replays.queueUp(this);
        } else if (!held) {
            hold();
        } else if (through < target) {
            replays.awaitDurable(target, this);
        } else {
            replays.finish(this);
        }
    }

    private void hold() {
        held = true;
        target = replays.takeBatches(this);
        goOn();
    }

    /** Batches are kept for it no longer. */
    void fellOff() {
        held = false;
    }

    private long readableThrough() {
        if (!held) {
            return replays.readableThrough();
        }
        return target <= replays.durableThrough() ? target : through;
    }

    /** What to ask the store for, or null when there is nothing to ask. */
    @Nullable
    HistoryQuery nextQuery(int maxMessages, int maxBytes) {
        long readable = readableThrough();
        if (readable <= through) {
            return null;
        }
        if (through < joinedAt) {
            return new HistoryQuery(through, Math.min(readable, joinedAt), maxMessages, maxBytes, resume.selection());
        }
        Selection live = new Selection(true, peer().key(), null, null);
        return new HistoryQuery(through, readable, maxMessages, maxBytes, live);
    }

    /** The peer was sent, or told to be missing, everything through that position. */
    void movedTo(long position) {
        if (position <= through) {
            throw new IllegalStateException("a page after " + through + " that leads to " + position);
        }
        through = position;
        failures = 0;
        own.dropThrough(position);
    }

    void failed() {
        failures++;
    }

    /** The peer itself published that; called in order of position. */
    void published(long position) {
        if (position > through) {
            own.add(position);
        }
    }

    /** Whether the peer gets that one, as far as the store could not tell. */
    boolean includes(StoredMessage message) {
        NodeKey key = peer().key();
        return message.position() <= joinedAt || !own.include(message, key);
    }

    /** The first position of what comes next. */
    long first() {
        return through + 1;
    }

    /** The last position of what the store has removed and the peer should have got next; less than {@link #first} if none. */
    long lastMissing(Page page) {
        if (through < joinedAt && !resume.statesGaps()) {
            return through;
        }
        // What is left of a log that is removed from its beginning starts with the first message that is there.
        long before = page.messages().isEmpty()
                ? page.next()
                : page.messages().getFirst().position() - 1;
        return Math.min(page.removedThrough(), before);
    }
}
