package io.monorelay.server.ws;

import io.monorelay.fanout.Resume;
import io.monorelay.handshake.ProvenNode;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.relay.Receipt;
import io.monorelay.server.admission.Cost;
import io.monorelay.store.PositionBook;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import java.util.OptionalLong;
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
    private final Fetches fetches;

    // owned by the event loop
    private byte @Nullable [] challenge;

    V2Session(WebSocketHandler connection, LoopContext context, SocketTerms terms) {
        this.connection = connection;
        this.context = context;
        this.peer = new Peer(connection, terms.format());
        this.participant = new Participant(context, peer, V2Session::textOf);
        this.fetches = new Fetches(context, peer, participant);
    }

    @Override
    public Participant participant() {
        return participant;
    }

    @Override
    public void onOpen() {
        byte[] fresh = context.handshakes().newChallenge();
        challenge = fresh;
        peer.reply(HandshakeEncoder.hello(context.handshakes().hello(fresh)));
        participant.sendNow();
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
            peer.reply(ReplyEncoder.refusal(fault.fault(), fault.info(), null, null));
            participant.pay(Cost.ofUnreadable(text.length));
        }
    }

    private void on(Inbound inbound) throws ProtocolException {
        switch (inbound) {
            case Inbound.Publish publish -> onPublish(publish);
            case Inbound.HandshakeV2 handshake -> onHandshake(handshake);
            case Inbound.Ack ack -> onAck(ack);
            case Inbound.Fetch fetch -> onFetch(fetch);
            case Inbound.Success success -> {}
            case Inbound.Refusal refusal -> {}
            case Inbound.HandshakeRequestV1 unexpected -> throw unexpected("a v1 handshake");
            case Inbound.HandshakeResponseV1 unexpected -> throw unexpected("a v1 handshake");
            case Inbound.Delivery unexpected -> throw unexpected("a delivery");
            case Inbound.Hello unexpected -> throw unexpected("a hello");
            case Inbound.Welcome unexpected -> throw unexpected("a welcome");
            case Inbound.Gap unexpected -> throw unexpected("a gap");
            case Inbound.Announcement unexpected -> throw unexpected("an announcement");
            case Inbound.Drain unexpected -> throw unexpected("a drain");
        }
    }

    private static ProtocolException unexpected(String what) {
        return new ProtocolException(
                Fault.UNKNOWN_SHAPE, "expected a broadcast, a v2 handshake, an ack or a fetch, got " + what);
    }

    private void requireProven() throws ProtocolException {
        if (!participant.hasJoined()) {
            throw new ProtocolException(Fault.HANDSHAKE_REQUIRED, "expected a handshake that answers the hello first");
        }
    }

    private void onPublish(Inbound.Publish publish) throws ProtocolException {
        requireProven();
        participant.publish(publish.message());
    }

    private void onAck(Inbound.Ack ack) throws ProtocolException {
        requireProven();
        participant.processed(ack.position());
    }

    private void onFetch(Inbound.Fetch fetch) throws ProtocolException {
        requireProven();
        fetches.add(fetch.ids());
    }

    private static byte[] textOf(Receipt receipt) {
        return switch (receipt) {
            case Receipt.Acknowledged acknowledged -> ReplyEncoder.success(acknowledged.toSuccess());
            case Receipt.Refused refused -> ReplyEncoder.refusal(refused.toRefusal());
        };
    }

    private void onHandshake(Inbound.HandshakeV2 handshake) throws ProtocolException {
        byte[] expected = challenge;
        if (expected == null) {
            throw new ProtocolException(Fault.HANDSHAKE_UNEXPECTED, "this connection has had its handshake");
        }
        challenge = null;
        try {
            ProvenNode node = context.handshakes().accept(handshake, expected);
            context.access().check(node.key());
            Long after = handshake.resumeAfter();
            if (after == null) {
                askWhereItWas(node);
            } else {
                open(node, OptionalLong.of(after));
            }
        } catch (ProtocolException refused) {
            refuse(refused);
        }
    }

    private void refuse(ProtocolException refused) {
        context.metrics().faults().increment(refused.fault());
        peer.reply(ReplyEncoder.refusal(refused.fault(), refused.info(), null, null));
        participant.sendNow();
        connection.close(refused.fault().closeCode(), refused.info());
    }

    /** A node that does not say may have told this relay before up to where it has everything. */
    private void askWhereItWas(ProvenNode node) {
        PositionBook positions = context.positions();
        context.readers()
                .ask(store -> positions.position(node.key(), store), peer.eventLoop(), new StoreReaders.Answer<>() {
                    @Override
                    public void onAnswer(OptionalLong position) {
                        open(node, position);
                    }

                    @Override
                    public void onFailure(StoreException failure) {
                        refuse(new ProtocolException(
                                Fault.STORE_UNAVAILABLE, "what waits for this node cannot be read now; try again"));
                    }
                });
    }

    private void open(ProvenNode node, OptionalLong processed) {
        if (!connection.isOpen()) {
            return;
        }
        Long from = processed.isPresent()
                ? Long.valueOf(Math.min(processed.getAsLong(), context.fanout().lastPosition()))
                : null;
        long position = Math.max(context.fanout().position(), from == null ? 0 : from);
        peer.reply(HandshakeEncoder.welcome(
                context.handshakes().welcome(node, position, connection.clientAddress(), from)));
        if (node.handshake().deliver() == DeliveryMode.IDS) {
            peer.takes(FrameFormat.V2_IDS);
        }
        participant.join(resume(node.key(), from));
        participant.proven(node.key());
        // Last: when the node has the welcome, everybody else already finds it here.
        participant.sendNow();
        context.metrics().traffic().increment(Traffic.HANDSHAKES_V2);
    }

    /** A node whose position is not known starts with what comes, after what waits for it alone. */
    private static Resume resume(NodeKey key, @Nullable Long from) {
        return from == null ? new Resume(0, Selection.addressedTo(key)) : new Resume(from, Selection.missedBy(key));
    }

    @Override
    public boolean askToMove(Inbound.Drain drain) {
        if (!participant.hasJoined()) {
            return false;
        }
        peer.reply(ReplyEncoder.drain(drain));
        participant.onReadComplete();
        return true;
    }

    @Override
    public boolean isInTime(int secondsOpen) {
        return participant.hasJoined() || secondsOpen <= context.handshakes().deadlineSeconds();
    }

    @Override
    public int pingIntervalSeconds() {
        return context.handshakes().v2PingSeconds();
    }
}
