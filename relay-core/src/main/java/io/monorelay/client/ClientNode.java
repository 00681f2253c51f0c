package io.monorelay.client;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import java.time.InstantSource;

/** Who a client is, and what all of its links share. Any thread. */
record ClientNode(
        NodeIdentity identity,
        ClientOptions options,
        InstantSource clock,
        InboundDecoder decoder,
        MessageSigner signer,
        MessageVerifier verifier,
        HandshakeV2 handshakes) {

    static ClientNode of(NodeIdentity identity, Ed25519 ed25519, ClientOptions options, InstantSource clock) {
        Limits limits = Limits.defaults().withMaxFrameBytes(options.limits().maxFrameBytes());
        return new ClientNode(
                identity,
                options,
                clock,
                new InboundDecoder(limits),
                new MessageSigner(identity, options.form()),
                new MessageVerifier(ed25519),
                new HandshakeV2(ed25519, limits));
    }

    /**
     * The id of a message that has been signed.
     *
     * @throws IllegalArgumentException if it is no message
     */
    MessageId idOf(byte[] text) {
        try {
            if (decoder.decode(text) instanceof Inbound.Publish publish) {
                return verifier.idOf(publish.message());
            }
            throw new IllegalArgumentException("not a message: expected {\"message\":…,\"signature\":…}");
        } catch (ProtocolException fault) {
            throw new IllegalArgumentException("not a message: " + fault.info(), fault);
        }
    }
}
