package io.monorelay.fanout;

import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.CloseCode;
import java.util.function.Consumer;

/**
 * Keeps what slow peers of one event loop occupy within the budget: first by moving on from the oldest batch that is
 * kept: those who have not taken it read on from the store, are told of a gap or are closed, as the limits say; and when
 * stalled sockets alone hold half of the budget, by closing those that have stalled longest. Owned by the loop.
 */
final class Laggards {
    private final long budgetBytes;
    private final SlowPeers policy;
    private final BatchChain[] chains;
    private final Cohorts cohorts;
    private final Replays replays;
    private final Consumer<Subscriber> remover;
    private final RelayMetrics metrics;

    /**
     * @param cohorts all of the loop, as they are at any time
     * @param remover takes one out of them
     */
    Laggards(
            FanoutLimits limits,
            BatchChain[] chains,
            Cohorts cohorts,
            Replays replays,
            Consumer<Subscriber> remover,
            RelayMetrics metrics) {
        this.budgetBytes = limits.laggardBytes();
        this.policy = limits.slowPeers();
        this.chains = chains;
        this.cohorts = cohorts;
        this.replays = replays;
        this.remover = remover;
        this.metrics = metrics;
    }

    /** How many bytes slow peers occupy. */
    long bytes() {
        long bytes = replays.bytes();
        for (BatchChain chain : chains) {
            bytes += chain.laggardBytes();
        }
        return bytes;
    }

    void enforceBudget() {
        while (bytes() > budgetBytes) {
            BatchChain largest = chains[0];
            for (BatchChain chain : chains) {
                if (chain.laggardBytes() > largest.laggardBytes()) {
                    largest = chain;
                }
            }
            Batch oldest = largest.oldest();
            if (largest.pinnedBytes() > budgetBytes / 2) {
                closeStalled(largest);
            } else if (oldest != null) {
                evict(oldest, largest);
            } else if (!largest.closeOpen()) {
                if (largest.pinnedBytes() == 0) {
                    // What is left are pages of history, which have a bound of their own.
                    return;
                }
                closeStalled(largest);
            }
        }
    }

    private void evict(Batch oldest, BatchChain chain) {
        for (Cohort cohort : cohorts) {
            for (int i = cohort.size() - 1; i >= 0; i--) {
                Subscriber subscriber = cohort.subscriber(i);
                if (subscriber.cursor == oldest) {
                    fallOff(subscriber, oldest, chain);
                }
            }
        }
        chain.letGoOfOldest();
    }

    private void fallOff(Subscriber subscriber, Batch batch, BatchChain chain) {
        batch.fellOff(subscriber.through, subscriber.peer);
        Replay replay = subscriber.replay;
        if (replay != null) {
            chain.unsubscribed(subscriber);
            replay.fellOff();
            return;
        }
        switch (policy) {
            case CATCH_UP -> {
                chain.unsubscribed(subscriber);
                replays.fellOff(subscriber, batch);
            }
            case SKIP -> skip(subscriber, chain);
            case CLOSE -> close(subscriber);
        }
    }

    private void skip(Subscriber subscriber, BatchChain chain) {
        if (!chain.format().canStateGaps()) {
            close(subscriber);
            return;
        }
        chain.moveTo(subscriber, null);
        subscriber.gapFrom = subscriber.through + 1;
        metrics.drops().increment(Drop.SLOW_PEER_SKIPPED);
    }

    private void closeStalled(BatchChain chain) {
        Batch stalled = chain.removeOldestPinned();
        for (Cohort cohort : cohorts) {
            for (int i = cohort.size() - 1; i >= 0; i--) {
                Subscriber subscriber = cohort.subscriber(i);
                boolean same = subscriber.peer.format() == chain.format() && subscriber.lastTook(stalled.sequence);
                if (same && !subscriber.peer.isIdle()) {
                    close(subscriber);
                }
            }
        }
        stalled.release();
    }

    /** Closes a peer that would cost more than there is for it. */
    void close(Subscriber subscriber) {
        metrics.drops().increment(Drop.SLOW_PEER_CLOSED);
        remover.accept(subscriber);
        subscriber.peer.close(
                CloseCode.TOO_SLOW, "more than " + budgetBytes + " bytes of messages are waiting for slow peers");
    }
}
