package io.monorelay.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.WireTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of original nodes: the responder proves its key by signing the time that the initiator sends. The
 * initiator proves nothing. Records in, records out; any thread may call.
 */
public final class HandshakeV1 {
    private final Ed25519 ed25519;
    private final HandshakeTime time;

    public HandshakeV1(Ed25519 ed25519, Limits limits) {
        this.ed25519 = ed25519;
        this.time = new HandshakeTime(limits.handshakeWindow());
    }

    /** What an initiator sends, {@code ref} being its own address. */
    public Inbound.HandshakeRequestV1 request(NodeIdentity self, String ref, Instant now) {
        return new Inbound.HandshakeRequestV1(self.key(), ref, WireTime.formatMicros(now));
    }

    /**
     * What a responder answers. It signs nothing but a time: an original node signs whatever it takes for one, which lets
     * a stranger have messages signed in its name.
     *
     * @throws ProtocolException with {@link Fault#HANDSHAKE_TIME_FORMAT} or {@link Fault#HANDSHAKE_TIME_WINDOW}
     */
    public Inbound.HandshakeResponseV1 respond(Inbound.HandshakeRequestV1 request, NodeIdentity self, Instant now)
            throws ProtocolException {
        time.check("message", request.message(), now);
        byte[] signature = self.sign(request.message().getBytes(UTF_8));
        return new Inbound.HandshakeResponseV1(request.key(), request.ref(), self.key(), request.message(), signature);
    }

    /**
     * Whether the answer proves the responder's key.
     *
     * @param expected the key that the responder must have, or null if it is not known yet
     * @throws ProtocolException with {@link Fault#HANDSHAKE_UNEXPECTED} if it answers something else, {@link
     *     Fault#HANDSHAKE_KEY} if it is another node, {@link Fault#HANDSHAKE_SIGNATURE}
     */
    public void check(Inbound.HandshakeRequestV1 sent, Inbound.HandshakeResponseV1 got, @Nullable NodeKey expected)
            throws ProtocolException {
        boolean echo = got.initiatorKey().equals(sent.key())
                && got.initiatorRef().equals(sent.ref())
                && got.message().equals(sent.message());
        if (!echo) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_UNEXPECTED, "expected an echo of the handshake's key, ref and message");
        }
        if (expected != null && !expected.equals(got.responderKey())) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_KEY,
                    "field \"responder_key\": expected " + expected + ", got " + got.responderKey());
        }
        byte[] signed = sent.message().getBytes(UTF_8);
        if (!ed25519.verify(got.responderKey(), signed, 0, signed.length, got.signature())) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_SIGNATURE,
                    "field \"signature\": expected the responder's signature of the message");
        }
    }
}
