package io.monorelay.fanout;

import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.CloseCode;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps what slow peers of one event loop occupy within the budget: first by moving on from the oldest batch that is
 * kept, which leaves a gap for those who have not taken it; and when stalled sockets alone hold half of the budget, by
 * closing those that have stalled longest. Owned by the loop.
 */
final class Laggards {
    private final long budgetBytes;
    private final BatchChain[] chains;
    private final List<Subscriber> subscribers;
    private final Consumer<Subscriber> remover;
    private final RelayMetrics metrics;

    /**
     * @param subscribers all of the loop, as they are at any time
     * @param remover takes one out of them
     */
    Laggards(
            long budgetBytes,
            BatchChain[] chains,
            List<Subscriber> subscribers,
            Consumer<Subscriber> remover,
            RelayMetrics metrics) {
        this.budgetBytes = budgetBytes;
        this.chains = chains;
        this.subscribers = subscribers;
        this.remover = remover;
        this.metrics = metrics;
    }

    /** How many bytes slow peers occupy. */
    long bytes() {
        long bytes = 0;
        for (BatchChain chain : chains) {
            bytes += bytesOf(chain);
        }
        return bytes;
    }

    private static long bytesOf(BatchChain chain) {
        return chain.keptBytes() + chain.pinnedBytes();
    }

    void enforceBudget() {
        while (bytes() > budgetBytes) {
            BatchChain largest = chains[0];
            for (BatchChain chain : chains) {
                if (bytesOf(chain) > bytesOf(largest)) {
                    largest = chain;
                }
            }
            if (largest.pinnedBytes() > budgetBytes / 2 || largest.oldest() == null) {
                closeStalled(largest);
            } else {
                evictOldest(largest);
            }
        }
    }

    private void evictOldest(BatchChain chain) {
        Batch oldest = chain.oldest();
        for (int i = subscribers.size() - 1; i >= 0; i--) {
            Subscriber subscriber = subscribers.get(i);
            if (oldest != null && subscriber.cursor == oldest) {
                fallOff(subscriber, oldest, chain);
            }
        }
        chain.letGoOfOldest();
    }

    private void fallOff(Subscriber subscriber, Batch batch, BatchChain chain) {
        chain.moveTo(subscriber, null);
        if (chain.format().canStateGaps()) {
            subscriber.gapFrom = batch.first();
            metrics.drops().increment(Drop.SLOW_PEER_SKIPPED);
        } else {
            close(subscriber);
        }
    }

    private void closeStalled(BatchChain chain) {
        Batch stalled = chain.removeOldestPinned();
        for (int i = subscribers.size() - 1; i >= 0; i--) {
            Subscriber subscriber = subscribers.get(i);
            boolean same = subscriber.peer.format() == chain.format() && subscriber.lastTaken == stalled.sequence;
            if (same && !subscriber.peer.isIdle()) {
                close(subscriber);
            }
        }
        stalled.release();
    }

    private void close(Subscriber subscriber) {
        metrics.drops().increment(Drop.SLOW_PEER_CLOSED);
        remover.accept(subscriber);
        subscriber.peer.close(
                CloseCode.TOO_SLOW, "more than " + budgetBytes + " bytes of messages are waiting for slow peers");
    }
}
