package io.monorelay.client;

import io.monorelay.protocol.CloseCode.Next;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a relay is dialled again: exponential back-off with full jitter (M. Brooker, "Exponential
 * Backoff And Jitter", 2015), so that nodes that lost their relay together do not come back together. Who drew short times
 * has tried often, but waited for little: its next time is bounded by what it has waited, so that it does not sit out a
 * minute after an outage of seconds. Pure, but for the randomness that it is given. Not thread-safe.
 */
final class BackOff {
    /** From here on doubling changes nothing, whatever the policy. */
    private static final int MAX_DOUBLINGS = 40;

    private final ReconnectPolicy policy;
    private final DoubleSupplier random;
    private int failures;
    private Duration waited = Duration.ZERO;

    /** @param random from 0 to 1, the latter excluded */
    BackOff(ReconnectPolicy policy, DoubleSupplier random) {
        this.policy = policy;
        this.random = random;
    }

    /** How many failures there were in a row. */
    int failures() {
        return failures;
    }

    /** A dial failed. */
    void failed() {
        failures++;
    }

    /** A link ended that had been open for that long. */
    void ended(Duration open) {
        if (open.compareTo(policy.settled()) >= 0) {
            failures = 0;
            waited = Duration.ZERO;
        } else {
            failures++;
        }
    }

    /** The time until the next dial. */
    Duration delay(Next next) {
        Duration first = next == Next.RECONNECT_AT_ONCE ? policy.atOnce() : policy.first();
        return waiting(part(ceiling(first)));
    }

    /** The time until the next dial of a relay that does not want one before {@code least} is over. */
    Duration delayOfAtLeast(Duration least) {
        return waiting(least.plus(part(ceiling(policy.first()))));
    }

    private Duration waiting(Duration delay) {
        waited = waited.plus(delay);
        return delay;
    }

    private Duration ceiling(Duration first) {
        Duration ceiling = first;
        for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && ceiling.compareTo(policy.most()) < 0; i++) {
            ceiling = ceiling.multipliedBy(2);
        }
        // Twice what was waited is as much as doubling each time, on the average.
        Duration fair = first.plus(waited.multipliedBy(2));
        return least(least(ceiling, fair), policy.most());
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private Duration part(Duration ceiling) {
        return Duration.ofNanos((long) (ceiling.toNanos() * random.getAsDouble()));
    }
}
