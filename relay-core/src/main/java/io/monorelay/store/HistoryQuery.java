package io.monorelay.store;

/**
 * A page of history: the messages after one position and up to another.
 *
 * @param after the page starts behind this position
 * @param through and ends at this position at the latest; at most what is durable
 * @param maxMessages how many messages at most, from 1
 * @param maxBytes the page ends with the message that reaches this size, from 1
 */
public record HistoryQuery(long after, long through, int maxMessages, int maxBytes, Selection selection) {
    public HistoryQuery {
        if (maxMessages < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a page of " + maxMessages + " messages and " + maxBytes + " bytes, expected at least 1 of each");
        }
    }
}
