package io.monorelay.client;

import io.monorelay.client.UnpublishedException.Reason;
import io.monorelay.metrics.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a client publishes, until every one of its relays has said something about it or it is too late. The first
 * acknowledgement decides a publication; from then on it is kept for the other relays, as long as there is room.
 *
 * <p>Belongs to the event loop of the client, but for {@link #reserve}.
 */
final class Outbox {
    static final String CLOSED = "the client was closed before a relay acknowledged the message";

    // fixed after construction
    private final QueueLimits limits;
    private final Counters<ClientEvent> counters;

    // any thread
    private final AtomicInteger undecidedMessages = new AtomicInteger();
    private final AtomicLong undecidedBytes = new AtomicLong();

    // owned by the event loop
    private final List<RelayLane> lanes = new ArrayList<>();
    private final NavigableMap<Long, Posting> undecided = new TreeMap<>();
    /** Acknowledged by one relay at least, and awaited from another. */
    private final NavigableMap<Long, Posting> kept = new TreeMap<>();

    private long keptBytes;
    private long lastNumber;

    Outbox(QueueLimits limits, Counters<ClientEvent> counters) {
        this.limits = limits;
        this.counters = counters;
    }

    /** Takes the place of a message of that many bytes; false if there is none. Any thread. */
    boolean reserve(int bytes) {
        int messages = undecidedMessages.incrementAndGet();
        if (undecidedBytes.addAndGet(bytes) <= limits.maxBytes() && messages <= limits.maxMessages()) {
            return true;
        }
        release(bytes);
        return false;
    }

    /** How many messages no relay has acknowledged yet. Any thread. */
    int undecidedMessages() {
        return undecidedMessages.get();
    }

    private void release(int bytes) {
        undecidedMessages.decrementAndGet();
        undecidedBytes.addAndGet(-bytes);
    }

    /** Sends a message that has a place to every relay that is there, and to those that come later. */
    void add(Posting posting) {
        long number = ++lastNumber;
        undecided.put(number, posting);
        for (RelayLane lane : lanes) {
            if (!lane.staysAway()) {
                posting.awaited().add(lane);
                lane.send(number, posting);
            }
        }
        giveUpIfNobodyIsLeft(number, posting);
    }

    /** Another relay, which gets what nobody has acknowledged yet. */
    void add(RelayLane lane) {
        lanes.add(lane);
        undecided.forEach((number, posting) -> {
            posting.awaited().add(lane);
            lane.send(number, posting);
        });
    }

    /** A relay that is waited for no longer. */
    void remove(RelayLane lane) {
        lanes.remove(lane);
        lane.stop();
        onStayingAway(lane);
    }

    void onStayingAway(RelayLane lane) {
        // Copies, since what nobody is left for is removed.
        List.of(new TreeMap<>(undecided), new TreeMap<>(kept))
                .forEach(all -> all.forEach((number, posting) -> {
                    if (posting.awaited().remove(lane)) {
                        settle(number, posting);
                    }
                }));
    }

    void onAccepted(RelayLane lane, long number, Posting posting, Publication.Accepted answer) {
        posting.awaited().remove(lane);
        if (undecided.remove(number) != null) {
            counters.increment(ClientEvent.PUBLISHED);
            keep(number, posting);
            release(posting.text().length);
            posting.answer().complete(answer);
        }
        settle(number, posting);
    }

    void onRefused(RelayLane lane, long number, Posting posting, Publication.Refused answer) {
        posting.awaited().remove(lane);
        posting.refusedWith(answer);
        settle(number, posting);
    }

    /** Gives up what is due, in the time of the event loop. */
    void expire(long nowNanos) {
        expire(kept, nowNanos);
        expire(undecided, nowNanos);
    }

    private void expire(NavigableMap<Long, Posting> oldestFirst, long nowNanos) {
        Map.Entry<Long, Posting> oldest = oldestFirst.firstEntry();
        while (oldest != null && oldest.getValue().dueNanos() - nowNanos <= 0) {
            giveUp(oldest.getKey(), oldest.getValue(), Reason.TOO_OLD, tooOld());
            oldest = oldestFirst.firstEntry();
        }
    }

    private String tooOld() {
        return "no relay acknowledged the message within " + limits.patience().toMillis() + " ms";
    }

    /** Gives up everything. */
    void close() {
        while (!undecided.isEmpty()) {
            Map.Entry<Long, Posting> first = undecided.firstEntry();
            giveUp(first.getKey(), first.getValue(), Reason.CLOSED, CLOSED);
        }
        while (!kept.isEmpty()) {
            forget(kept.firstKey());
        }
    }

    /** A message for which there may be nobody left to wait for. */
    private void settle(long number, Posting posting) {
        if (!posting.awaited().isEmpty()) {
            return;
        }
        if (kept.remove(number) != null) {
            keptBytes -= posting.text().length;
        } else {
            giveUpIfNobodyIsLeft(number, posting);
        }
    }

    private void giveUpIfNobodyIsLeft(long number, Posting posting) {
        if (!posting.awaited().isEmpty() || lanes.isEmpty() || !undecided.containsKey(number)) {
            return;
        }
        Publication.Refused refusal = posting.refusal();
        if (refusal == null) {
            giveUp(number, posting, Reason.NO_RELAY_LEFT, "every relay wants this node to stay away");
        } else {
            undecided.remove(number);
            counters.increment(ClientEvent.REFUSED);
            release(posting.text().length);
            posting.answer().complete(refusal);
        }
    }

    private void keep(long number, Posting posting) {
        if (posting.awaited().isEmpty()) {
            return;
        }
        kept.put(number, posting);
        keptBytes += posting.text().length;
        while (kept.size() > limits.maxMessages() || keptBytes > limits.maxBytes()) {
            forget(kept.firstKey());
        }
    }

    private void giveUp(long number, Posting posting, Reason reason, String message) {
        if (undecided.remove(number) != null) {
            stopSending(number, posting);
            fail(posting, reason, message);
        } else {
            forget(number);
        }
    }

    private void forget(long number) {
        Posting posting = kept.remove(number);
        if (posting != null) {
            keptBytes -= posting.text().length;
            counters.increment(ClientEvent.NOT_KEPT_FOR_A_RELAY);
            stopSending(number, posting);
        }
    }

    private static void stopSending(long number, Posting posting) {
        posting.awaited().forEach(lane -> lane.forget(number));
        posting.awaited().clear();
    }

    private void fail(Posting posting, Reason reason, String message) {
        counters.increment(ClientEvent.UNPUBLISHED);
        release(posting.text().length);
        posting.answer().completeExceptionally(new UnpublishedException(reason, message));
    }
}
