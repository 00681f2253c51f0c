package io.monorelay.client;

import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/** This node's side of one handshake: first {@link #answer}, then {@link #check}. Not thread-safe. */
final class ClientHandshake {
    /** What has been said before the welcome. */
    private record Said(Inbound.Hello hello, Inbound.HandshakeV2 answer) {}

    private final ClientNode node;
    private final HandshakeV2.Dialled dialled;
    private @Nullable Said said;

    ClientHandshake(ClientNode node, RelayAddress address, @Nullable Long resumeAfter) {
        this.node = node;
        ClientOptions options = node.options();
        dialled = new HandshakeV2.Dialled(address.audience(), options.relayKey(), options.ref(), resumeAfter);
    }

    /** Answers a relay, if it says that it is the expected one. */
    Inbound.HandshakeV2 answer(Inbound.Hello hello) throws ProtocolException {
        Inbound.HandshakeV2 answer = node.handshakes()
                .answer(hello, node.identity(), dialled, node.clock().instant());
        said = new Said(hello, answer);
        return answer;
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
