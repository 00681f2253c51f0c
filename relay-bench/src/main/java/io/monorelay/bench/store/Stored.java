package io.monorelay.bench.store;

/**
 * What is in the full store.
 *
 * @param first the first position with a message
 * @param last the last one
 */
record Stored(long first, long last) {
    /** As many messages are a page of history unless the client says otherwise. */
    static final int PAGE = 100;

    /** A position in the middle. */
    long middle() {
        return (first + last) / 2;
    }

    /** How many messages there are: none is missing in between. */
    long messages() {
        return last - first + 1;
    }
}
