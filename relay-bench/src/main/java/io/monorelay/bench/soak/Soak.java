package io.monorelay.bench.soak;

import io.monorelay.bench.process.RunException;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Some nodes that all send a message in every interval, for a while. Used by one thread, which may block. */
final class Soak {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private final URI relay;
    private final Duration interval;
    private final int messagesEach;

    Soak(URI relay, Duration interval, int messagesEach) {
        this.relay = relay;
        this.interval = interval;
        this.messagesEach = messagesEach;
    }

    /** What it takes, when all goes well. */
    Duration length() {
        return interval.multipliedBy(messagesEach);
    }

    Ledger run(List<SoakNode.Level> levels) throws InterruptedException, RunException {
        Ledger ledger = new Ledger(levels.size(), messagesEach);
        List<SoakNode> nodes = new ArrayList<>();
        for (SoakNode.Level level : levels) {
            String name = "node " + (nodes.size() + 1) + " (" + level + ")";
            nodes.add(
                    switch (level) {
                        case V1 -> OriginalNode.connect(name, relay, ed25519, ledger);
                        case V2 -> OwnNode.connect(name, relay, ed25519, ledger);
                    });
        }
        send(nodes, ledger);
        close(nodes, ledger);
        return ledger;
    }

    private void send(List<SoakNode> nodes, Ledger ledger) throws InterruptedException {
        AtomicInteger round = new AtomicInteger();
        try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            pace.scheduleAtFixedRate(() -> sendRound(nodes, round), 0, interval.toNanos(), TimeUnit.NANOSECONDS);
            ledger.awaitAll(length().plus(PATIENCE));
            pace.shutdownNow();
        }
    }

    private void sendRound(List<SoakNode> nodes, AtomicInteger rounds) {
        int round = rounds.incrementAndGet();
        for (int i = 0; round <= messagesEach && i < nodes.size(); i++) {
            nodes.get(i).publish("message " + round + " of node " + (i + 1));
        }
    }

    private static void close(List<SoakNode> nodes, Ledger ledger) throws InterruptedException {
        CompletableFuture<?>[] ends =
                nodes.stream().map(node -> node.close().toCompletableFuture()).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            ledger.onTrouble("all", "the closing handshake failed: " + e);
        }
    }
}
