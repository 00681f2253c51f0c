package io.monorelay.server.ws;

import io.monorelay.metrics.Traffic;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.relay.Receipt;
import io.monorelay.server.admission.Cost;
import org.jspecify.annotations.Nullable;

/**
 * The session of an original MonoChain node: it takes part from the start, and its frames are broadcasts, handshakes,
 * and answers, which are never answered themselves.
 *
 * <p>A handshake that the peer starts proves our key to it, not its key to us: so it is asked back on the same socket,
 * and when it answers, messages for its key go there.
 */
final class V1Session implements Session {
    private static final byte[] VALID = ReplyEncoder.v1Success();
    private static final byte[] INVALID = ReplyEncoder.v1Error();

    // fixed after construction
    private final LoopContext context;
    private final Peer peer;
    private final Participant participant;

    // owned by the event loop
    private Inbound.@Nullable HandshakeRequestV1 asked;

    V1Session(WebSocketHandler connection, LoopContext context, SocketTerms terms) {
        this.context = context;
        this.peer = new Peer(connection, terms.format());
        this.participant = new Participant(context, peer, V1Session::textOf);
    }

    @Override
    public Participant participant() {
        return participant;
    }

    @Override
    public void onOpen() {
        participant.join();
    }

    @Override
    public void onText(byte[] text) {
        try {
            Inbound inbound = context.decoder().decodeChecked(text);
            on(inbound);
            if (!(inbound instanceof Inbound.Publish)) {
                participant.pay(Cost.ofText(text.length));
            }
        } catch (ProtocolException fault) {
            context.metrics().faults().increment(fault.fault());
            participant.onFault(fault.fault());
            peer.reply(INVALID);
            participant.pay(Cost.ofUnreadable(text.length));
        }
    }

    private void on(Inbound inbound) throws ProtocolException {
        switch (inbound) {
            case Inbound.Publish publish -> participant.publish(publish.message());
            case Inbound.HandshakeRequestV1 request -> onRequest(request);
            case Inbound.HandshakeResponseV1 response -> onResponse(response);
            case Inbound.Success success -> {}
            case Inbound.Refusal refusal -> {}
            case Inbound.Delivery unexpected -> throw unexpected("a delivery");
            case Inbound.HandshakeV2 unexpected -> throw unexpected("a v2 handshake");
            case Inbound.Hello unexpected -> throw unexpected("a hello");
            case Inbound.Welcome unexpected -> throw unexpected("a welcome");
            case Inbound.Ack unexpected -> throw unexpected("an ack");
            case Inbound.Gap unexpected -> throw unexpected("a gap");
            case Inbound.Announcement unexpected -> throw unexpected("an announcement");
            case Inbound.Fetch unexpected -> throw unexpected("a fetch");
            case Inbound.Drain unexpected -> throw unexpected("a drain");
        }
    }

    private static ProtocolException unexpected(String what) {
        return new ProtocolException(
                Fault.UNKNOWN_SHAPE,
                "expected a broadcast or a v1 handshake, got " + what + ", which v1 does not have");
    }

    private static byte[] textOf(Receipt receipt) {
        return switch (receipt) {
            case Receipt.Acknowledged acknowledged -> VALID;
            case Receipt.Refused refused -> refusal(refused);
        };
    }

    private static byte[] refusal(Receipt.Refused refused) {
        return refused.retryAfterMillis() == 0
                ? INVALID
                : ReplyEncoder.v1Error(refused.fault().status(), refused.info());
    }

    private void onRequest(Inbound.HandshakeRequestV1 request) throws ProtocolException {
        participant.pay(Cost.HANDSHAKE);
        if (!participant.hasJoined()) {
            return;
        }
        peer.reply(HandshakeEncoder.response(context.handshakes().respond(request)));
        context.metrics().traffic().increment(Traffic.HANDSHAKES_V1);
        if (!request.key().equals(peer.key())) {
            Inbound.HandshakeRequestV1 back = context.handshakes().request();
            asked = back;
            peer.reply(HandshakeEncoder.typedRequest(back));
        }
    }

    private void onResponse(Inbound.HandshakeResponseV1 response) throws ProtocolException {
        Inbound.HandshakeRequestV1 request = asked;
        if (request == null) {
            throw new ProtocolException(Fault.HANDSHAKE_UNEXPECTED, "a handshake response that was not asked for");
        }
        asked = null;
        participant.provenByTime(context.handshakes().check(request, response));
    }

    @Override
    public boolean askToMove(Inbound.Drain drain) {
        return false;
    }

    @Override
    public boolean isInTime(int secondsOpen) {
        return true;
    }

    @Override
    public int pingIntervalSeconds() {
        return context.handshakes().v1PingSeconds();
    }
}
