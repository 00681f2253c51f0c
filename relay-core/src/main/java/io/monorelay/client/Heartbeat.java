package io.monorelay.client;

import java.time.Duration;

/**
 * Says when a silent relay is to be pinged and when it is to be given up. Times are of one monotonic clock, in
 * nanoseconds. Not thread-safe.
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
    }

    Beat beat(long nowNanos) {
        long silent = nowNanos - lastHeardNanos;
        if (silent >= 2 * intervalNanos) {
            return Beat.GIVE_UP;
        }
        return silent >= intervalNanos ? Beat.PING : Beat.WAIT;
    }

    /** How long after {@code nowNanos} the next {@link #beat} is due. */
    long nextNanos(long nowNanos) {
        long silent = nowNanos - lastHeardNanos;
        return (silent >= intervalNanos ? 2 * intervalNanos : intervalNanos) - silent;
    }
}
