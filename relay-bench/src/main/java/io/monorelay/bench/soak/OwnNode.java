package io.monorelay.bench.soak;

import io.monorelay.bench.process.RunException;
import io.monorelay.client.ClientOptions;
import io.monorelay.client.Delivery;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.Publication;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A node that runs our own client, which verifies what is delivered. */
final class OwnNode implements SoakNode {
    private static final Duration CONNECT = Duration.ofSeconds(15);

    private final String name;
    private final Ledger ledger;
    private final LinkDialer client;
    private final RelayLink link;

    private OwnNode(String name, Ledger ledger, LinkDialer client, RelayLink link) {
        this.name = name;
        this.ledger = ledger;
        this.client = client;
        this.link = link;
    }

    static SoakNode connect(String name, URI relay, Ed25519 ed25519, Ledger ledger)
            throws InterruptedException, RunException {
        LinkDialer client = LinkDialer.withOwnThread(NodeIdentity.generate(ed25519), ed25519, ClientOptions.defaults());
        try {
            RelayLink link = client.connect(relay, new Receiver(name, ledger))
                    .toCompletableFuture()
                    .get(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
            return new OwnNode(name, ledger, client, link);
        } catch (ExecutionException | TimeoutException e) {
            throw new RunException(name + " cannot connect to " + relay + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void publish(String data) {
        ledger.onSending(data);
        link.publish(data, null).whenComplete(this::onAnswer);
    }

    private void onAnswer(@Nullable Publication answer, @Nullable Throwable failure) {
        if (answer instanceof Publication.Accepted) {
            ledger.onAcknowledged();
        } else {
            ledger.onTrouble(name, "was not answered well: " + (failure == null ? answer : failure));
        }
    }

    @Override
    public CompletionStage<?> close() {
        return client.close();
    }

    private record Receiver(String name, Ledger ledger) implements RelayListener {
        @Override
        public void onMessage(Delivery delivery) {
            ledger.onReceived(name, delivery.data());
        }

        @Override
        public void onGap(Inbound.Gap gap) {
            ledger.onTrouble(name, "misses messages: " + gap);
        }

        @Override
        public void onRefusal(Inbound.Refusal refusal) {
            ledger.onTrouble(name, "was refused: " + refusal);
        }

        @Override
        public void onClosed(int code, String reason, CloseCode.Next next) {
            if (code != CloseCode.NORMAL.code()) {
                ledger.onTrouble(name, "lost its connection: closed with " + code + " " + reason);
            }
        }
    }
}
