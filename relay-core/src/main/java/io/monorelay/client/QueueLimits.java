package io.monorelay.client;

import java.time.Duration;

/**
 * What a {@link RelayClient} keeps of what it publishes: within the same bounds, apart from each other, what no relay has
 * acknowledged yet and what some relay has but another, which is away, has not. Validated when built.
 *
 * @param maxMessages how many
 * @param maxBytes how many bytes of them, with keys and signatures
 * @param patience for how long; a relay does not take messages that are much older than ten minutes
 */
public record QueueLimits(int maxMessages, long maxBytes, Duration patience) {
    public QueueLimits {
        if (maxMessages < 1 || maxBytes < 1 || patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("a queue of " + maxMessages + " messages, " + maxBytes + " bytes and "
                    + patience + ", expected more than zero of each");
        }
    }

    /** 10,000 messages, 16 MiB, nine and a half minutes. */
    public static QueueLimits defaults() {
        return new QueueLimits(10_000, 16 * 1024 * 1024, Duration.ofSeconds(570));
    }
}
