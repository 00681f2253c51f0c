package io.monorelay.fanout;

/**
 * How often the peers of a loop are visited: after {@value #FACTOR} times as long as visiting everybody takes, at most
 * the flush interval, so that a busy relay sends more messages with each flush, and one with few peers waits for hardly
 * anything. Where more than {@value #AIMED_MESSAGES} messages come in that time it is shortened, down to a third of the
 * interval, and as far as needed where they are more than {@value #AIMED_BYTES} bytes.
 *
 * @param flushIntervalNanos the time between two visits of a peer at most, in nanoseconds
 */
record Pace(long flushIntervalNanos) {
    static final int FACTOR = 9;

    /** So many messages are worth their flush: waiting for still more would hardly make them cheaper. */
    static final int AIMED_MESSAGES = 32;

    /** So many bytes are, too: about what the kernel sends a peer as one piece. */
    static final int AIMED_BYTES = 1 << 16;

    /** How long after the start of a turn the next one is due, when visiting everybody takes so long and it gave so much. */
    long period(long visitNanos, long messages, long bytes) {
        long period = Math.min(visitNanos * FACTOR, flushIntervalNanos);
        if (bytes > AIMED_BYTES) {
            return period * AIMED_BYTES / bytes;
        }
        if (messages <= AIMED_MESSAGES) {
            return period;
        }
        return Math.max(period * AIMED_MESSAGES / messages, Math.min(period, flushIntervalNanos / 3));
    }
}
