package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One link at the level of the protocol: the handshake, then publications with their answers and deliveries.
 *
 * <p>Belongs to the event loop of its channel, but for {@link #onFailed} before there is a channel.
 */
final class LinkSession {
    /** The code of a refusal is the HTTP status that fits, and from this one on the fault is not the node's. */
    private static final int FIRST_STATUS_OF_THE_RELAYS_OWN = 500;

    private enum Phase {
        WAITING_FOR_HELLO,
        WAITING_FOR_WELCOME,
        OPEN,
        ENDED
    }

    // fixed after construction
    private final RelayAddress address;
    private final ClientNode node;
    private final RelayListener listener;
    private final ClientHandshake handshake;
    private final Outstanding outstanding;
    private final DeliveryMode wanted;

    // any thread
    private final CompletableFuture<RelayLink> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicLong roundTripNanos = new AtomicLong();

    // owned by the event loop
    private Phase phase = Phase.WAITING_FOR_HELLO;
    private long provenAtNanos;

    LinkSession(RelayAddress address, ClientNode node, RelayListener listener, DialTerms terms) {
        this.address = address;
        this.node = node;
        this.listener = listener;
        handshake = new ClientHandshake(node, address, terms);
        wanted = terms.deliver();
        outstanding = new Outstanding(address.uri(), limits().maxOutstanding());
    }

    // any thread

    RelayAddress address() {
        return address;
    }

    ClientNode node() {
        return node;
    }

    ClientLimits limits() {
        return node.options().limits();
    }

    Outstanding outstanding() {
        return outstanding;
    }

    /** The open link, or the {@link RelayException} that says why there is none. */
    CompletableFuture<RelayLink> opened() {
        return opened;
    }

    /** Completes when nothing more happens on the link, whether it was ever open or not. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    RelayException failure(String what, CloseCode.Next next, @Nullable Throwable cause) {
        return new RelayException(address.uri(), what, next, cause);
    }

    /** How long the relay took for its last answer to a ping, or before one for its welcome. */
    Duration roundTrip() {
        return Duration.ofNanos(roundTripNanos.get());
    }

    /** The link cannot be opened; the first reason given counts, and none once it is open. */
    void onFailed(String what, CloseCode.Next next, @Nullable Throwable cause) {
        onFailed(failure(what, next, cause));
    }

    private void onFailed(RelayException failure) {
        if (opened.completeExceptionally(failure)) {
            ended.complete(null);
        }
    }

    /** What the relay was asked to deliver of messages to everybody. */
    DeliveryMode wanted() {
        return wanted;
    }

    // from the connection

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    void onText(LinkHandler wire, byte[] text) throws ProtocolException {
        if (phase == Phase.OPEN) {
            onFrame(node.decoder().decodeChecked(text));
            return;
        }
        try {
            onHandshake(wire, node.decoder().decodeChecked(text));
        } catch (ProtocolException fault) {
            onFailed(wrongWith(fault), fault.fault().closeCode().next(), fault);
            throw fault;
        }
    }

    private static String wrongWith(ProtocolException fault) {
        return fault.fault() == Fault.HANDSHAKE_KEY
                ? "another relay answers there than the one that is known by its key: " + fault.info()
                : "the relay's handshake is wrong: " + fault.info();
    }

    /** The relay has answered a ping. */
    void onRoundTrip(long nanos) {
        roundTripNanos.set(nanos);
    }

    /** The connection is gone. */
    void onEnded(int code, String reason) {
        boolean wasOpen = phase == Phase.OPEN;
        phase = Phase.ENDED;
        CloseCode.Next next = CloseCode.Next.after(code);
        String what = "the link was closed with " + code + (reason.isEmpty() ? "" : " (" + reason + ")");
        if (!wasOpen) {
            onFailed(what + " before it was open", next, null);
            return;
        }
        outstanding.failAll(failure(what + " before the publication was answered", next, null));
        ended.complete(null);
        listener.onClosed(code, reason, next);
    }

    // from the link

    /** Sends a message that has a place among the outstanding ones. */
    void onPublish(LinkHandler wire, byte[] text, MessageId id, CompletableFuture<Publication> answer) {
        if (phase != Phase.OPEN) {
            outstanding.release();
            answer.completeExceptionally(failure("the link is closed", CloseCode.Next.RECONNECT_WITH_BACK_OFF, null));
            return;
        }
        if (outstanding.add(id, answer)) {
            wire.send(text);
        }
    }

    /** Tells the relay up to where everything has been processed. */
    void onAcknowledge(LinkHandler wire, long position) {
        if (phase == Phase.OPEN) {
            wire.send(ReplyEncoder.ack(new Inbound.Ack(position)));
        }
    }

    /** Asks for messages that the relay has announced. */
    void onFetch(LinkHandler wire, Inbound.Fetch fetch) {
        if (phase == Phase.OPEN) {
            wire.send(ReplyEncoder.fetch(fetch));
        }
    }

    // the handshake

    private void onHandshake(LinkHandler wire, Inbound inbound) throws ProtocolException {
        if (phase == Phase.WAITING_FOR_HELLO) {
            onHello(wire, inbound);
        } else {
            onWelcome(wire, inbound);
        }
    }

    private void onHello(LinkHandler wire, Inbound inbound) throws ProtocolException {
        if (!(inbound instanceof Inbound.Hello hello)) {
            throw unexpectedInHandshake(inbound, "its hello");
        }
        wire.send(HandshakeEncoder.handshake(handshake.answer(hello)));
        provenAtNanos = wire.eventLoop().ticker().nanoTime();
        phase = Phase.WAITING_FOR_WELCOME;
    }

    private void onWelcome(LinkHandler wire, Inbound inbound) throws ProtocolException {
        if (!(inbound instanceof Inbound.Welcome welcome)) {
            throw unexpectedInHandshake(inbound, "its welcome");
        }
        Inbound.Hello hello = handshake.check(welcome);
        RelayLink link = new RelayLink(this, wire, hello, welcome);
        // Before anybody can see the link: whoever does finds it open.
        phase = Phase.OPEN;
        onRoundTrip(wire.eventLoop().ticker().nanoTime() - provenAtNanos);
        if (!opened.complete(link)) {
            phase = Phase.ENDED;
            wire.close(CloseCode.NORMAL.code(), "the link was opened too late");
            return;
        }
        if (hello.pingIntervalSeconds() > 0) {
            wire.expectPingsEvery(Duration.ofSeconds(hello.pingIntervalSeconds()));
        }
        listener.onOpen(link);
    }

    private ProtocolException unexpectedInHandshake(Inbound inbound, String expected) {
        if (inbound instanceof Inbound.Refusal refusal) {
            String what = "the relay refused the handshake with " + refusal.code() + ": " + refusal.info();
            onFailed(RelayException.refused(address.uri(), what, nextAfter(refusal), refusal.retryAfterMillis()));
            return new ProtocolException(Fault.HANDSHAKE_UNEXPECTED, "the handshake was refused");
        }
        return new ProtocolException(
                Fault.HANDSHAKE_UNEXPECTED,
                "the relay sent " + inbound.getClass().getSimpleName() + ", expected was " + expected);
    }

    /** What was wrong with this node stays wrong; what was wrong with the relay need not. */
    private static CloseCode.Next nextAfter(Inbound.Refusal refusal) {
        return refusal.code() >= FIRST_STATUS_OF_THE_RELAYS_OWN || refusal.retryAfterMillis() != null
                ? CloseCode.Next.RECONNECT_WITH_BACK_OFF
                : CloseCode.Next.STAY_AWAY;
    }

    // the open link

    private void onFrame(Inbound inbound) throws ProtocolException {
        switch (inbound) {
            case Inbound.Delivery delivery -> onDelivery(delivery.position(), delivery.message());
            case Inbound.Announcement announcement -> listener.onAnnouncement(announcement);
            case Inbound.Success success -> outstanding.onSuccess(success);
            case Inbound.Refusal refusal -> onRefusal(refusal);
            case Inbound.Gap gap -> listener.onGap(gap);
            case Inbound.Drain drain -> listener.onDrain(drain);
            case Inbound.Publish unused -> throw unexpected("a message without its position");
            case Inbound.Fetch unused -> throw unexpected("a fetch, which only nodes send");
            case Inbound.Ack unused -> throw unexpected("an ack, which only nodes send");
            case Inbound.Hello unused -> throw unexpected("a second hello");
            case Inbound.Welcome unused -> throw unexpected("a second welcome");
            case Inbound.HandshakeV2 unused -> throw unexpected("a handshake, which only nodes send");
            case Inbound.HandshakeRequestV1 unused -> throw unexpected("a handshake of version 1");
            case Inbound.HandshakeResponseV1 unused -> throw unexpected("a handshake of version 1");
        }
    }

    private void onDelivery(long position, DecodedMessage message) throws ProtocolException {
        MessageId id = node.verifier().idOf(message);
        if (node.options().verifyDeliveries()) {
            id = node.verifier().verify(message, id).id();
        }
        listener.onMessage(new Delivery(position, id, message));
    }

    private void onRefusal(Inbound.Refusal refusal) {
        if (!outstanding.onRefusal(refusal)) {
            listener.onRefusal(refusal);
        }
    }

    private static ProtocolException unexpected(String what) {
        return new ProtocolException(Fault.UNKNOWN_SHAPE, "the relay sent " + what);
    }
}
