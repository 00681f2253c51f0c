package io.monorelay.bench.load;

import java.time.Duration;

/** When each message of an open loop is due: at a steady rate, after a ramp on which the rate rises evenly from zero. */
final class Schedule {
    private static final double NANOS_A_SECOND = 1e9;

    private final double ratePerNano;
    private final double rampNanos;
    private final double messagesOnRamp;

    /** @param rate messages a second, more than zero */
    Schedule(double rate, Duration ramp) {
        ratePerNano = rate / NANOS_A_SECOND;
        rampNanos = ramp.toNanos();
        messagesOnRamp = ratePerNano * rampNanos / 2;
    }

    /** The time of the message of that number, the first is 0, in nanoseconds from the beginning. */
    long dueNanos(long number) {
        if (number < messagesOnRamp) {
            return Math.round(Math.sqrt(2 * rampNanos * number / ratePerNano));
        }
        return Math.round(rampNanos + (number - messagesOnRamp) / ratePerNano);
    }
}
