package io.monorelay.client;

import java.time.Duration;

/**
 * When a relay is dialled again: after a random part of a ceiling that doubles with each failure in a row. Validated when
 * built.
 *
 * @param atOnce the first ceiling after a relay that wants this node back at once
 * @param first the first ceiling after everything else
 * @param most what a ceiling does not exceed
 * @param settled how long a link must have been open for its end not to count as a failure
 */
public record ReconnectPolicy(Duration atOnce, Duration first, Duration most, Duration settled) {
    public ReconnectPolicy {
        positive("atOnce", atOnce);
        positive("first", first);
        positive("settled", settled);
        if (most.compareTo(atOnce) < 0 || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("most is " + most + ", expected at least " + atOnce + " and " + first);
        }
    }

    /** Half a second, a second, a minute, and ten seconds. */
    public static ReconnectPolicy defaults() {
        return new ReconnectPolicy(
                Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(10));
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than zero");
        }
    }
}
