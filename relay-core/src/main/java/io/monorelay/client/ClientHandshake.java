package io.monorelay.client;

import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** This node's side of one handshake: first {@link #answer}, then {@link #check}. Not thread-safe. */
final class ClientHandshake {
    /** What has been said before the welcome. */
    private record Said(Inbound.Hello hello, Inbound.HandshakeV2 answer) {}

    private final ClientNode node;
    private final RelayAddress address;
    private final DialTerms terms;
    private @Nullable Said said;

    ClientHandshake(ClientNode node, RelayAddress address, DialTerms terms) {
        this.node = node;
        this.address = address;
        this.terms = terms;
    }

    /** Answers a relay, if it says that it is the expected one. */
    Inbound.HandshakeV2 answer(Inbound.Hello hello) throws ProtocolException {
        Inbound.HandshakeV2 answer = node.handshakes()
                .answer(hello, node.identity(), dialled(hello), node.clock().instant());
        said = new Said(hello, answer);
        return answer;
    }

    private HandshakeV2.Dialled dialled(Inbound.Hello hello) {
        NodeKey expected = terms.relayKey() == null ? node.options().relayKey() : terms.relayKey();
        OptionalLong after = terms.resumeAfter().apply(hello.key());
        Long resumeAfter = after.isPresent() ? Long.valueOf(after.getAsLong()) : null;
        return new HandshakeV2.Dialled(
                address.audience(), expected, node.options().ref(), resumeAfter, terms.deliver());
    }

    /** The hello of a relay that has now proven its key. */
    Inbound.Hello check(Inbound.Welcome welcome) throws ProtocolException {
        Said before = said;
        if (before == null) {
            throw new IllegalStateException("a welcome is checked only after a hello was answered");
        }
        node.handshakes().check(before.hello(), before.answer(), welcome);
        return before.hello();
    }
}
