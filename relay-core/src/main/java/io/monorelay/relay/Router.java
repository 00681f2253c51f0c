package io.monorelay.relay;

import io.monorelay.crypto.MessageSigner;
import io.monorelay.log.Origin;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends this node's own messages. They take the same way as everybody else's, so they are validated, remembered and
 * forwarded alike. Any thread.
 */
public final class Router {
    private final MessageSigner signer;
    private final InboundDecoder decoder;
    private final MessagePath path;
    private final InstantSource clock;

    public Router(MessageSigner signer, InboundDecoder decoder, MessagePath path, InstantSource clock) {
        this.signer = signer;
        this.decoder = decoder;
        this.path = path;
        this.clock = clock;
    }

    /** Signs a text and sends it to every node. */
    public Receipt sendToAll(String data) {
        return send(null, data);
    }

    /** Signs a text and sends it to the node with that key alone. */
    public Receipt sendTo(NodeKey receiver, String data) {
        return send(receiver, data);
    }

    private Receipt send(@Nullable NodeKey receiver, String data) {
        byte[] broadcast = signer.broadcast(receiver, data, clock.instant());
        try {
            if (decoder.decode(broadcast) instanceof Inbound.Publish publish) {
                return path.publish(publish.message(), Origin.NONE);
            }
            throw new IllegalStateException("a signed message is a message");
        } catch (ProtocolException fault) {
            return new Receipt.Refused(fault.fault(), fault.info(), null, 0);
        }
    }
}
