package io.monorelay.bench.siege;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The handshake of session level 2, from the side of a node that means well or does not. Any thread. */
final class Doors {
    private static final HandshakeV2 HANDSHAKES = new HandshakeV2(SampleMessages.ed25519(), Limits.defaults());
    private static final InboundDecoder DECODER = new InboundDecoder(Limits.defaults());
    private static final int SIGNATURE_BYTES = 64;

    private final NodeIdentity identity = NodeIdentity.generate(SampleMessages.ed25519());
    private final String audience;

    /** @param audience the address that the node dials, as it stands in its proof */
    Doors(String audience) {
        this.audience = audience;
    }

    NodeIdentity identity() {
        return identity;
    }

    /** The proof that answers a hello, as a frame's or body's text. */
    byte[] proof(byte[] hello, @Nullable Long resumeAfter) throws IOException {
        return HandshakeEncoder.handshake(answer(hello, resumeAfter));
    }

    /** The same with a signature that is none. */
    byte[] forgedProof(byte[] hello) throws IOException {
        Inbound.HandshakeV2 proof = answer(hello, null);
        return HandshakeEncoder.handshake(new Inbound.HandshakeV2(
                proof.key(),
                proof.challenge(),
                proof.answers(),
                proof.audience(),
                proof.time(),
                proof.ref(),
                proof.resumeAfter(),
                proof.deliver(),
                new byte[SIGNATURE_BYTES]));
    }

    private Inbound.HandshakeV2 answer(byte[] hello, @Nullable Long resumeAfter) throws IOException {
        try {
            if (DECODER.decode(hello) instanceof Inbound.Hello read) {
                HandshakeV2.Dialled dialled = new HandshakeV2.Dialled(audience, null, null, resumeAfter);
                return HANDSHAKES.answer(read, identity, dialled, Instant.now());
            }
        } catch (ProtocolException fault) {
            throw new IOException("a hello that cannot be read", fault);
        }
        throw new IOException("something that is no hello");
    }

    /** Proves who the node is; returns the position that it resumes to. */
    long enter(Hostile connection, @Nullable Long resumeAfter) throws IOException {
        connection.upgradeV2();
        connection.send(Frames.frame(Frames.TEXT, proof(connection.frame().payload(), resumeAfter)));
        Hostile.Frame answer = connection.frame();
        try {
            if (!answer.isClose() && DECODER.decode(answer.payload()) instanceof Inbound.Welcome welcome) {
                return welcome.position();
            }
        } catch (ProtocolException fault) {
            throw new IOException("an answer that cannot be read", fault);
        }
        throw new IOException("not welcome: " + answer.text());
    }
}
