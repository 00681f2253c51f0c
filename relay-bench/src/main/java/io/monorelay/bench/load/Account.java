package io.monorelay.bench.load;

import java.util.concurrent.atomic.LongAdder;

/** What one node has published and got. Any thread. */
final class Account {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder received = new LongAdder();

    void onAccepted() {
        accepted.increment();
    }

    void onReceived() {
        received.increment();
    }

    long accepted() {
        return accepted.sum();
    }

    /** How many of the messages that the relay has acknowledged, of all nodes together, this one has yet to get. */
    long missing(long acceptedOfAll) {
        return Math.max(0, acceptedOfAll - accepted() - received.sum());
    }
}
