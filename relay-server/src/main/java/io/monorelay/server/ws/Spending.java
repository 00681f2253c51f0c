package io.monorelay.server.ws;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.server.admission.Budget;
import io.monorelay.server.admission.Cost;
import java.util.concurrent.TimeUnit;

/**
 * What one peer costs the relay, and what becomes of one that costs too much: it is told when to try again, and is not read
 * for so long, longer each time; one that goes on like that is closed. Owned by the event loop of the connection.
 */
final class Spending {
    /** The first pause; a shorter one would let in more to refuse than it keeps out. */
    private static final long MIN_PAUSE_MILLIS = 100;

    /** Less than a silent peer is given before it is closed, since it is not heard meanwhile. */
    private static final long MAX_PAUSE_MILLIS = 5_000;

    /** A peer that was not over its budget for so long after a pause has made good for all. */
    private static final long FORGIVEN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** So many pauses, the last of them the longest, and a peer has been over its budget for more than a minute. */
    private static final int MAX_PAUSES = 20;

    // fixed after construction
    private final Peer peer;
    private final Counters<Traffic> traffic;

    // owned by the event loop
    private Budget budget;
    private int pauses;
    private boolean paused;
    private long pauseMillis;
    private long pauseEndNanos;

    Spending(Peer peer, Budget budget, Counters<Traffic> traffic) {
        this.peer = peer;
        this.budget = budget;
        this.traffic = traffic;
    }

    /** Pays for a look at a message of so many bytes; returns 0, or after how many ms the peer may come with it again. */
    long deposit(int bytes) {
        long wait = budget.tryPay(Cost.deposit(bytes));
        return wait == 0 ? 0 : pause(wait);
    }

    Budget budget() {
        return budget;
    }

    /** From now on the peer pays out of that; how often it was held up is not forgotten. */
    void changeTo(Budget other) {
        budget = other;
    }

    /** Pays for what is done in any case; a peer that has not enough for it is not read until it has. */
    void payFor(long workNanos) {
        long wait = budget.tryPay(workNanos);
        if (wait != 0) {
            budget.pay(workNanos);
            pause(wait);
        }
    }

    private long pause(long waitMillis) {
        if (!paused) {
            begin(waitMillis);
        }
        return pauseMillis;
    }

    private void begin(long waitMillis) {
        long now = peer.eventLoop().ticker().nanoTime();
        pauses = pauses > 0 && now - pauseEndNanos > FORGIVEN_AFTER_NANOS ? 1 : pauses + 1;
        if (pauses > MAX_PAUSES) {
            pauseMillis = MAX_PAUSE_MILLIS;
            peer.close(CloseCode.OVER_BUDGET, "more than this relay does for one node, again and again");
            return;
        }
        long least = Math.min(MIN_PAUSE_MILLIS << Math.min(pauses - 1, 10), MAX_PAUSE_MILLIS);
        pauseMillis = Math.clamp(waitMillis, least, MAX_PAUSE_MILLIS);
        pauseEndNanos = now + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        paused = true;
        traffic.increment(Traffic.PEERS_PAUSED);
        peer.pauseReading(true);
        peer.eventLoop().schedule(this::end, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void end() {
        paused = false;
        peer.pauseReading(false);
    }
}
