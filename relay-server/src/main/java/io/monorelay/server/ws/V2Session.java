package io.monorelay.server.ws;

import io.monorelay.handshake.ProvenNode;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.relay.Receipt;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A {@code monorelay.v2} session: the relay says hello, the node proves its key, and with the welcome it takes part.
 * Until then it may neither publish nor receive.
 */
final class V2Session implements Session {
    // fixed after construction
    private final WebSocketHandler connection;
    private final LoopContext context;
    private final Peer peer;
    private final Participant participant;

    // owned by the event loop
    private byte @Nullable [] challenge;

    V2Session(WebSocketHandler connection, LoopContext context) {
        this.connection = connection;
        this.context = context;
        this.peer = new Peer(connection, FrameFormat.V2);
        this.participant = new Participant(context, peer);
    }

    @Override
    public void onOpen() {
        byte[] fresh = context.handshakes().newChallenge();
        challenge = fresh;
        peer.reply(HandshakeEncoder.hello(context.handshakes().hello(fresh)));
        sendNow();
    }

    @Override
    public void onText(byte[] text) {
        try {
            on(context.decoder().decode(text));
        } catch (ProtocolException fault) {
            context.metrics().faults().increment(fault.fault());
            peer.reply(ReplyEncoder.refusal(fault.fault(), fault.info(), null, null));
        }
    }

    private void on(Inbound inbound) throws ProtocolException {
        switch (inbound) {
            case Inbound.Publish publish -> onPublish(publish);
            case Inbound.HandshakeV2 handshake -> onHandshake(handshake);
            case Inbound.Ack ack -> requireProven();
            case Inbound.Success success -> {}
            case Inbound.Refusal refusal -> {}
            case Inbound.HandshakeRequestV1 unexpected -> throw unexpected("a v1 handshake");
            case Inbound.HandshakeResponseV1 unexpected -> throw unexpected("a v1 handshake");
            case Inbound.Delivery unexpected -> throw unexpected("a delivery");
            case Inbound.Hello unexpected -> throw unexpected("a hello");
            case Inbound.Welcome unexpected -> throw unexpected("a welcome");
            case Inbound.Gap unexpected -> throw unexpected("a gap");
            case Inbound.Drain unexpected -> throw unexpected("a drain");
        }
    }

    private static ProtocolException unexpected(String what) {
        return new ProtocolException(
                Fault.UNKNOWN_SHAPE, "expected a broadcast, a v2 handshake or an ack, got " + what);
    }

    private void requireProven() throws ProtocolException {
        if (!participant.hasJoined()) {
            throw new ProtocolException(Fault.HANDSHAKE_REQUIRED, "expected a handshake that answers the hello first");
        }
    }

    private void onPublish(Inbound.Publish publish) throws ProtocolException {
        requireProven();
        switch (context.path().publish(publish.message(), peer)) {
            case Receipt.Acknowledged acknowledged -> {
                if (!acknowledged.duplicate()) {
                    peer.published(acknowledged.position());
                }
                peer.reply(ReplyEncoder.success(acknowledged.toSuccess()));
            }
            case Receipt.Refused refused -> peer.reply(ReplyEncoder.refusal(refused.toRefusal()));
        }
    }

    private void onHandshake(Inbound.HandshakeV2 handshake) throws ProtocolException {
        byte[] expected = challenge;
        if (expected == null) {
            throw new ProtocolException(Fault.HANDSHAKE_UNEXPECTED, "this connection has had its handshake");
        }
        challenge = null;
        try {
            open(context.handshakes().accept(handshake, expected));
        } catch (ProtocolException refused) {
            context.metrics().faults().increment(refused.fault());
            peer.reply(ReplyEncoder.refusal(refused.fault(), refused.info(), null, null));
            sendNow();
            connection.close(refused.fault().closeCode(), refused.info());
        }
    }

    private void open(ProvenNode node) {
        long position = context.fanout().position();
        peer.reply(
                HandshakeEncoder.welcome(context.handshakes().welcome(node, position, connection.observedAddress())));
        participant.join();
        participant.proven(node.key());
        // Last: when the node has the welcome, everybody else already finds it here.
        sendNow();
        context.metrics().traffic().increment(Traffic.HANDSHAKES_V2);
    }

    /** Sends the replies of a peer that no pass of the fan-out visits yet. */
    private void sendNow() {
        peer.writeReplies();
        peer.flush();
    }

    @Override
    public void onControlReply(ByteBuf frame) {
        peer.reply(frame);
    }

    @Override
    public void onReadComplete() {
        if (!participant.hasJoined()) {
            sendNow();
        } else {
            context.fanout().flushReplies(peer);
        }
    }

    @Override
    public boolean isInTime(int secondsOpen) {
        return participant.hasJoined() || secondsOpen <= context.handshakes().deadlineSeconds();
    }

    @Override
    public int pingIntervalSeconds() {
        return context.handshakes().v2PingSeconds();
    }

    @Override
    public void onClosing() {
        peer.writeReplies();
    }

    @Override
    public void onClosed() {
        participant.leave();
    }
}
