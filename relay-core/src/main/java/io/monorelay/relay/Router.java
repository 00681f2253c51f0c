package io.monorelay.relay;

import io.monorelay.crypto.MessageSigner;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.CommitQueue;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends this node's own messages. They take the same way as everybody else's, so they are validated, remembered, stored
 * and forwarded alike. Any thread.
 */
public final class Router {
    private final MessageSigner signer;
    private final InboundDecoder decoder;
    private final MessagePath path;
    private final InstantSource clock;
    private final Executor owner;
    private final CommitQueue commits;

    /**
     * @param owner publishes, and completes what is returned
     * @param commits the queue of that owner
     */
    public Router(
            MessageSigner signer,
            InboundDecoder decoder,
            MessagePath path,
            InstantSource clock,
            Executor owner,
            CommitQueue commits) {
        this.signer = signer;
        this.decoder = decoder;
        this.path = path;
        this.clock = clock;
        this.owner = owner;
        this.commits = commits;
    }

    /**
     * Signs a text and sends it to every node.
     *
     * @return the receipt, when the message is refused or durable; fails only when the relay has ended
     */
    public CompletionStage<Receipt> sendToAll(String data) {
        return send(null, data);
    }

    /** Signs a text and sends it to the node with that key alone; otherwise as {@link #sendToAll}. */
    public CompletionStage<Receipt> sendTo(NodeKey receiver, String data) {
        return send(receiver, data);
    }

    private CompletionStage<Receipt> send(@Nullable NodeKey receiver, String data) {
        byte[] broadcast = signer.broadcast(receiver, data, clock.instant());
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        try {
            if (!(decoder.decode(broadcast) instanceof Inbound.Publish publish)) {
                throw new IllegalStateException("a signed message is a message");
            }
            publish(publish.message(), receipt);
        } catch (ProtocolException fault) {
            receipt.complete(new Receipt.Refused(fault.fault(), fault.info(), null, 0));
        }
        return receipt;
    }

    private void publish(DecodedMessage message, CompletableFuture<Receipt> receipt) {
        try {
            owner.execute(() -> path.publish(message, new Sender(commits, receipt)));
        } catch (RejectedExecutionException ended) {
            receipt.completeExceptionally(ended);
        }
    }

    /** This node as the publisher of one message. */
    private record Sender(CommitQueue commits, CompletableFuture<Receipt> receipt) implements Publisher {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public void onAppended(FreshMessage message) {
            // The fan-out has nobody to leave out.
        }

        @Override
        public void onReceipt(Receipt answer) {
            receipt.complete(answer);
        }
    }
}
