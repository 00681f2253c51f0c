package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An open link to a relay, both sides proven. Any thread may call; nothing blocks. Stages complete on the event loop of
 * the link, which what is chained to them must not block.
 */
public final class RelayLink {
    /** The relay's limit for a whole frame, as its hello names it. */
    private static final String MAX_MESSAGE_BYTES = "message_max_bytes";

    private final LinkSession session;
    private final LinkHandler wire;
    private final Inbound.Hello hello;
    private final Inbound.Welcome welcome;

    RelayLink(LinkSession session, LinkHandler wire, Inbound.Hello hello, Inbound.Welcome welcome) {
        this.session = session;
        this.wire = wire;
        this.hello = hello;
        this.welcome = welcome;
    }

    /** The relay, as it was dialled. */
    public URI relay() {
        return session.address().uri();
    }

    /** The key that the relay has proven. */
    public NodeKey relayKey() {
        return hello.key();
    }

    /** The last position of the relay's log when the link was opened. */
    public long position() {
        return welcome.position();
    }

    /** The position after which deliveries started, or null if they started with what came after the link was opened. */
    public @Nullable Long resumedFrom() {
        return welcome.resumedFrom();
    }

    /** What the relay was asked to deliver of messages to everybody. One of an earlier version delivers all of them. */
    public DeliveryMode wanted() {
        return session.wanted();
    }

    /** The longest frame that the relay says it accepts, in bytes. */
    public long maxMessageBytes() {
        return hello.limits().getOrDefault(MAX_MESSAGE_BYTES, Long.MAX_VALUE);
    }

    /** How long the relay took for its last answer to a ping, or before the first one for its welcome. */
    public Duration roundTrip() {
        return session.roundTrip();
    }

    /** The address of this node as the relay sees it, if it said. */
    public @Nullable String observedAddress() {
        return welcome.observedAddress();
    }

    /**
     * Signs a message with the time of now and publishes it. Messages are sent in the order of the calls of one thread.
     *
     * @param receiver null for everybody
     * @return what the relay says of it; fails with a {@link RelayException} if the link ends before that, or at once if
     *     {@link ClientLimits#maxOutstanding} publications are waiting already
     * @throws IllegalArgumentException if the data has a NUL or half of a surrogate pair, or is too long for the relay
     */
    public CompletionStage<Publication> publish(String data, @Nullable NodeKey receiver) {
        ClientNode node = session.node();
        return publishText(node.signer().broadcast(receiver, data, node.clock().instant()));
    }

    /**
     * Publishes a message that has been signed, by whomever, {@code {"message":…,"signature":…}}; otherwise as
     * {@link #publish}. The array must not be changed from then on.
     *
     * @throws IllegalArgumentException if it is no message, or too long for the relay
     */
    public CompletionStage<Publication> publishText(byte[] text) {
        if (text.length > maxMessageBytes()) {
            throw new IllegalArgumentException("a message of " + text.length
                    + " bytes with its keys and signature, the relay accepts at most " + maxMessageBytes());
        }
        return publish(session.node().idOf(text), text);
    }

    int maxOutstanding() {
        return session.limits().maxOutstanding();
    }

    /** Publishes a message with that id, which is not too long for the relay. */
    CompletionStage<Publication> publish(MessageId id, byte[] text) {
        Outstanding outstanding = session.outstanding();
        if (!outstanding.reserve()) {
            return CompletableFuture.failedFuture(session.failure(
                    session.limits().maxOutstanding() + " publications wait for their answer, which is the most",
                    CloseCode.Next.RECONNECT_WITH_BACK_OFF,
                    null));
        }
        CompletableFuture<Publication> answer = new CompletableFuture<>();
        try {
            wire.eventLoop().execute(() -> session.onPublish(wire, text, id, answer));
        } catch (RejectedExecutionException stopped) {
            outstanding.release();
            answer.completeExceptionally(session.failure("the client is closed", CloseCode.Next.STAY_AWAY, stopped));
        }
        return answer;
    }

    /**
     * Tells the relay that everything up to that position has been processed: a later link of this key gets what comes
     * after. Not for every message, but for many at a time.
     */
    public void acknowledge(long position) {
        // Lost with a link that breaks at this moment: then the messages come again.
        onLoop(() -> session.onAcknowledge(wire, position));
    }

    /**
     * Asks for messages that the relay has announced. Each comes as a delivery with the position that it was announced
     * with, in whatever order; one that the relay has no more, as a refusal with its id.
     *
     * @param ids 1 to {@link Limits#MAX_FETCH_IDS}
     */
    public void fetch(List<MessageId> ids) {
        if (ids.isEmpty() || ids.size() > Limits.MAX_FETCH_IDS) {
            throw new IllegalArgumentException(
                    "a fetch of " + ids.size() + " ids, expected 1 to " + Limits.MAX_FETCH_IDS);
        }
        Inbound.Fetch fetch = new Inbound.Fetch(List.copyOf(ids));
        onLoop(() -> session.onFetch(wire, fetch));
    }

    /**
     * Takes nothing more from the relay, for a receiver that cannot keep up; what has been read already still comes. The
     * relay's pings are not answered either: a relay waits for a few of its intervals, then it closes the link.
     */
    public void pauseReading() {
        onLoop(() -> wire.read(false));
    }

    /** Takes again what the relay sends. */
    public void resumeReading() {
        onLoop(() -> wire.read(true));
    }

    private void onLoop(Runnable action) {
        try {
            wire.eventLoop().execute(action);
        } catch (RejectedExecutionException stopped) {
            // Nothing comes over a link whose event loop has ended.
        }
    }

    /**
     * Closes the link with the closing handshake, for which the relay has {@link ClientLimits#close}. Publications that
     * are not answered by then fail.
     *
     * @return completes when the link has ended
     */
    public CompletionStage<Void> close() {
        try {
            wire.eventLoop().execute(() -> wire.close(CloseCode.NORMAL.code(), ""));
        } catch (RejectedExecutionException stopped) {
            return CompletableFuture.completedFuture(null);
        }
        return session.ended().copy();
    }
}
