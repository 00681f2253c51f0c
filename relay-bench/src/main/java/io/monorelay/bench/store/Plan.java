package io.monorelay.bench.store;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param messages committed in each measurement of group commit, a quarter of them before the clock starts
 * @param storedBytes of messages in the full store
 * @param starts how often the relay is started on it
 * @param warmup before acknowledgements are measured
 * @param measured how long they are
 */
record Plan(int messages, long storedBytes, int starts, Duration warmup, Duration measured) {
    static Plan full(int messages, long storedBytes) {
        return new Plan(messages, storedBytes, 3, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    /** A look whether everything works. */
    static Plan quick() {
        return new Plan(40_000, 50_000_000, 1, Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    int warmupMessages() {
        return messages / 4;
    }
}
