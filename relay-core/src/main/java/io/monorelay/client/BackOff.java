package io.monorelay.client;

import io.monorelay.protocol.CloseCode.Next;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a relay is dialled again: exponential back-off with full jitter (M. Brooker, "Exponential
 * Backoff And Jitter", 2015), so that nodes that lost their relay together do not come back together. Pure, but for the
 * randomness that it is given. Not thread-safe.
 */
final class BackOff {
    /** From here on doubling changes nothing, whatever the policy. */
    private static final int MAX_DOUBLINGS = 40;

    private final ReconnectPolicy policy;
    private final DoubleSupplier random;
    private int failures;

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
        failures = open.compareTo(policy.settled()) >= 0 ? 0 : failures + 1;
    }

    /** The time until the next dial. */
    Duration delay(Next next) {
        Duration first = next == Next.RECONNECT_AT_ONCE ? policy.atOnce() : policy.first();
        return part(ceiling(first));
    }

    /** The time until the next dial of a relay that does not want one before {@code least} is over. */
    Duration delayOfAtLeast(Duration least) {
        return least.plus(part(ceiling(policy.first())));
    }

    private Duration ceiling(Duration first) {
        Duration ceiling = first;
        for (int i = 1; i < Math.min(failures, MAX_DOUBLINGS) && ceiling.compareTo(policy.most()) < 0; i++) {
            ceiling = ceiling.multipliedBy(2);
        }
        return ceiling.compareTo(policy.most()) > 0 ? policy.most() : ceiling;
    }

    private Duration part(Duration ceiling) {
        return Duration.ofNanos((long) (ceiling.toNanos() * random.getAsDouble()));
    }
}
