package io.monorelay.server.forward;

import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.Audience;
import io.monorelay.handshake.HandshakeV1;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.server.forward.CallResult.Answer;
import io.monorelay.server.forward.CallResult.Failure;
import io.monorelay.server.forward.CallResult.Garbage;
import java.net.URI;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Asks the node at an address to prove that it holds a key, by the handshake of either level. Holds no state of a
 * handshake under way; used on the event loop of the line.
 */
public final class HandshakeCaller {
    /** What came of it. */
    sealed interface Proof {
        /** The node holds the key. */
        record Given() implements Proof {}

        /**
         * It was not reached, or did not prove it.
         *
         * @param why for the log
         */
        record Missing(String why) implements Proof {}
    }

    private static final String PATH = "/handshake";

    private final NodeIdentity self;
    private final String ownReference;
    private final HandshakeV1 v1;
    private final HandshakeV2 v2;
    private final InboundDecoder decoder;
    private final InstantSource clock;

    /**
     * @param ownReference where others reach this node over HTTP, or empty if they cannot
     */
    public HandshakeCaller(
            NodeIdentity self,
            String ownReference,
            HandshakeV1 v1,
            HandshakeV2 v2,
            InboundDecoder decoder,
            InstantSource clock) {
        this.self = self;
        this.ownReference = ownReference;
        this.v1 = v1;
        this.v2 = v2;
        this.decoder = decoder;
        this.clock = clock;
    }

    /** The key of this node, which it need not ask for. */
    NodeKey ownKey() {
        return self.key();
    }

    /** Asks by the handshake of that level; the line must be free. */
    void prove(Level level, HttpLine line, URI reference, NodeKey expected, Consumer<Proof> onProof) {
        switch (level) {
            case V1 -> proveV1(line, expected, onProof);
            case V2 -> proveV2(line, reference, expected, onProof);
        }
    }

    private void proveV1(HttpLine line, NodeKey expected, Consumer<Proof> onProof) {
        Inbound.HandshakeRequestV1 request = v1.request(self, ownReference, clock.instant());
        HttpCall call = HttpCall.post(PATH, HandshakeEncoder.request(request)).closing();
        call(line, call, Inbound.HandshakeResponseV1.class, onProof, response -> {
            v1.check(request, response, expected);
            onProof.accept(new Proof.Given());
        });
    }

    private void proveV2(HttpLine line, URI reference, NodeKey expected, Consumer<Proof> onProof) {
        HandshakeV2.Dialled dialled = new HandshakeV2.Dialled(
                Audience.of(reference.toString()), expected, ownReference.isEmpty() ? null : ownReference, null);
        call(line, HttpCall.get(PATH), Inbound.Hello.class, onProof, hello -> {
            Inbound.HandshakeV2 handshake = v2.answer(hello, self, dialled, clock.instant());
            HttpCall call = HttpCall.post(PATH, HandshakeEncoder.handshake(handshake));
            call(line, call, Inbound.Welcome.class, onProof, welcome -> {
                v2.check(hello, handshake, welcome);
                onProof.accept(new Proof.Given());
            });
        });
    }

    private <T extends Inbound> void call(
            HttpLine line, HttpCall call, Class<T> expected, Consumer<Proof> onProof, NextStep<T> next) {
        line.call(call, result -> {
            try {
                next.take(read(result, expected));
            } catch (ProtocolException refused) {
                onProof.accept(new Proof.Missing(refused.info()));
            }
        });
    }

    private <T extends Inbound> T read(CallResult result, Class<T> expected) throws ProtocolException {
        return switch (result) {
            case Failure failure -> throw unexpected(failure.reason());
            case Garbage garbage -> throw unexpected(garbage.reason());
            case Answer answer -> read(answer, expected);
        };
    }

    private <T extends Inbound> T read(Answer answer, Class<T> expected) throws ProtocolException {
        if (!answer.isOk()) {
            throw unexpected("expected status 200, got " + answer.status());
        }
        return read(decoder.decode(answer.body()), expected);
    }

    private static <T extends Inbound> T read(Inbound got, Class<T> expected) throws ProtocolException {
        if (!expected.isInstance(got)) {
            throw unexpected("expected a " + expected.getSimpleName() + ", got a "
                    + got.getClass().getSimpleName());
        }
        return expected.cast(got);
    }

    private static ProtocolException unexpected(String what) {
        return new ProtocolException(Fault.HANDSHAKE_UNEXPECTED, what);
    }

    /** What to do with an answer of the right shape. */
    private interface NextStep<T> {
        void take(T answer) throws ProtocolException;
    }
}
