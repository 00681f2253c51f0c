package io.monorelay.server.crash;

import io.monorelay.client.Delivery;
import io.monorelay.client.RelayListener;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageId;
import io.monorelay.server.node.LinkedNode;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/** A node that notes what it gets, and goes on where it was. */
final class Reader {
    /** A message as it came. */
    record Seen(long position, MessageId id, boolean addressed, String data) {}

    private final LinkedNode node;
    private final Ledger ledger;
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<String, CompletableFuture<Void>> arrivals = new ConcurrentHashMap<>();
    private CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile long last;

    Reader(LinkedNode node, Ledger ledger) {
        this.node = node;
        this.ledger = ledger;
    }

    /** Links up and gets what came after the last message that it has. */
    void resume(URI relay) {
        Notes notes = new Notes();
        node.resume(relay, last, notes);
        ended = notes.ended;
    }

    /** Links up without saying where it was. */
    void connect(URI relay) {
        Notes notes = new Notes();
        node.connect(relay, notes);
        ended = notes.ended;
    }

    /** Waits until it has noticed that the relay is gone, and has everything that had come by then. */
    void awaitBreak() {
        LinkedNode.await(ended);
    }

    /** Waits until it has that message. */
    void await(String data) {
        LinkedNode.await(arrival(data));
    }

    /** What it got, over all links, in the order in which it came. */
    List<Seen> seen() {
        return List.copyOf(seen);
    }

    private CompletableFuture<Void> arrival(String data) {
        return arrivals.computeIfAbsent(data, first -> new CompletableFuture<>());
    }

    private final class Notes implements RelayListener {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public void onMessage(Delivery delivery) {
            String data = delivery.data();
            ledger.occupied(delivery.position(), data);
            seen.add(new Seen(delivery.position(), delivery.id(), delivery.receiver() != null, data));
            last = delivery.position();
            if (data.startsWith(CrashRun.LAST)) {
                arrival(data).complete(null);
            }
        }

        @Override
        public void onGap(Inbound.Gap gap) {
            ledger.violated("a reader is told of " + gap);
        }

        @Override
        public void onClosed(int code, String reason, CloseCode.Next next) {
            ended.complete(null);
        }
    }
}
