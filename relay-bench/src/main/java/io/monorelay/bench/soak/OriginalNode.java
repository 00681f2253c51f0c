package io.monorelay.bench.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.process.RunException;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A private node as the original program is one: no subprotocol, no handshake, and it answers every message that it gets.
 * The WebSocket is the JDK's, so that nothing of the relay's own code talks to itself.
 */
final class OriginalNode implements SoakNode {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    // fixed after construction
    private final String name;
    private final Ledger ledger;
    private final MessageSigner signer;
    private final MessageVerifier verifier;
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // guarded by this
    private CompletableFuture<WebSocket> lastSend = new CompletableFuture<>();
    private boolean leaving;

    private OriginalNode(String name, Ed25519 ed25519, Ledger ledger) {
        this.name = name;
        this.ledger = ledger;
        this.signer = new MessageSigner(NodeIdentity.generate(ed25519), Form.MONOCHAIN);
        this.verifier = new MessageVerifier(ed25519);
    }

    static SoakNode connect(String name, URI relay, Ed25519 ed25519, Ledger ledger)
            throws InterruptedException, RunException {
        OriginalNode node = new OriginalNode(name, ed25519, ledger);
        CompletableFuture<WebSocket> connecting =
                HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(relay, node.new Receiver());
        try {
            node.lastSend.complete(connecting.get(CONNECT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new RunException(name + " cannot connect to " + relay + ": " + e.getMessage(), e);
        }
        return node;
    }

    @Override
    public void publish(String data) {
        byte[] broadcast = signer.broadcast(null, data, Instant.now());
        ledger.onSending(data);
        send(broadcast);
    }

    /** The JDK's WebSocket takes the next text only after the one before is out. */
    private synchronized void send(byte[] text) {
        lastSend = lastSend.thenCompose(socket -> socket.sendText(new String(text, UTF_8), true));
    }

    @Override
    public synchronized CompletionStage<?> close() {
        leaving = true;
        return lastSend.thenCompose(socket -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                .thenCompose(socket -> closed);
    }

    private void onText(String text) {
        try {
            on(decoder.decode(text.getBytes(UTF_8)));
        } catch (ProtocolException fault) {
            ledger.onTrouble(name, "got what it cannot read: " + fault.info() + ": " + text);
        }
    }

    private void on(Inbound inbound) throws ProtocolException {
        if (inbound instanceof Inbound.Publish publish) {
            onMessage(publish.message());
        } else if (inbound instanceof Inbound.Success) {
            ledger.onAcknowledged();
        } else {
            ledger.onTrouble(name, "got " + inbound);
        }
    }

    private void onMessage(DecodedMessage message) throws ProtocolException {
        verifier.verify(message, verifier.idOf(message));
        ledger.onReceived(name, message.data());
        send(ReplyEncoder.v1Success());
    }

    private synchronized void onEnd(String how) {
        if (!leaving) {
            ledger.onTrouble(name, "lost its connection: " + how);
        }
        closed.complete(null);
    }

    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder begun = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            begun.append(part);
            if (last) {
                String whole = begun.toString();
                begun.setLength(0);
                OriginalNode.this.onText(whole);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            onEnd("closed with " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            onEnd(error.toString());
        }
    }
}
