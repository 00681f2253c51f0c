package io.monorelay.client;

import java.time.Duration;

/**
 * Says when a silent relay is to be pinged and when it is to be given up: when a ping has not been answered, so that one is
 * not blamed for the time in which this process itself stood still. Times are of one monotonic clock, in nanoseconds. Not
 * thread-safe.
 */
final class Heartbeat {
    /** What is to be done now. */
    enum Beat {
        WAIT,
        PING,
        GIVE_UP
    }

    private long intervalNanos;
    private long lastHeardNanos;
    private boolean pinged;
    private long pingedNanos;

    Heartbeat(Duration interval, long nowNanos) {
        intervalNanos = interval.toNanos();
        lastHeardNanos = nowNanos;
    }

    /** From now on goes by this interval, if it is shorter. */
    void shortenTo(Duration interval) {
        intervalNanos = Math.min(intervalNanos, interval.toNanos());
    }

    Duration interval() {
        return Duration.ofNanos(intervalNanos);
    }

    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
        pinged = false;
    }

    /** Says what is to be done, which is taken for done. */
    Beat beat(long nowNanos) {
        if (pinged) {
            return nowNanos - pingedNanos >= intervalNanos ? Beat.GIVE_UP : Beat.WAIT;
        }
        if (nowNanos - lastHeardNanos < intervalNanos) {
            return Beat.WAIT;
        }
        pinged = true;
        pingedNanos = nowNanos;
        return Beat.PING;
    }

    /** How long after {@code nowNanos} the next {@link #beat} is due. */
    long nextNanos(long nowNanos) {
        return intervalNanos - (nowNanos - (pinged ? pingedNanos : lastHeardNanos));
    }
}
