package io.monorelay.client;

import io.monorelay.client.UnpublishedException.Reason;
import io.monorelay.metrics.Counters;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A node that takes part by dialling out. It keeps links to several relays at once, gives each message to its listener
 * once, whichever of them bring it, and publishes to all of them. What is published while no link is open waits; what a
 * broken link left unanswered is sent again; and a relay that was away gets what it missed and tells what this node
 * missed.
 *
 * <p>Any thread may call; nothing blocks. The listener is called, and stages complete, on one event loop, which they must
 * not block.
 */
public final class RelayClient {
    private static final long SWEEP_SECONDS = 1;

    /** One of its relays. */
    private record Kept(RelayLane lane, KeptLink link) {}

    // fixed after construction
    private final LinkDialer dialer;
    private final RelayMemory memory;
    private final KeptLinkListener listener;
    private final QueueLimits limits;
    private final EventLoop loop;
    private final ScheduledFuture<?> sweeping;

    // any thread
    private final Counters<ClientEvent> counters = new Counters<>(ClientEvent.class);
    private final SeenMessages seen = new SeenMessages();
    private final Map<URI, Kept> relays = new ConcurrentHashMap<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // owned by the event loop, but for its places
    private final Outbox outbox;

    RelayClient(LinkDialer dialer, RelayMemory memory, KeptLinkListener listener, QueueLimits limits) {
        this.dialer = dialer;
        this.memory = memory;
        this.listener = listener;
        this.limits = limits;
        loop = dialer.nextLoop();
        outbox = new Outbox(limits, counters);
        sweeping = loop.scheduleWithFixedDelay(
                () -> outbox.expire(nanoTime()), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** Begins to describe a client. */
    public static RelayClientBuilder builder() {
        return new RelayClientBuilder();
    }

    /** The key of this node. */
    public NodeKey key() {
        return dialer.node().identity().key();
    }

    // publishing

    /** Publishes a message to everybody, as {@link #publish(String, NodeKey)} does. */
    public CompletionStage<Publication> publish(String data) {
        return publish(data, null);
    }

    /**
     * Signs a message with the time of now and publishes it to all relays.
     *
     * @param receiver null for everybody
     * @return the answer of the first relay that acknowledges it or, if every relay refuses it, of the last; fails with
     *     an {@link UnpublishedException} that says why it is not published
     * @throws IllegalArgumentException if the data has a NUL or half of a surrogate pair
     */
    public CompletionStage<Publication> publish(String data, @Nullable NodeKey receiver) {
        ClientNode node = dialer.node();
        return publishText(node.signer().broadcast(receiver, data, node.clock().instant()));
    }

    /**
     * Publishes a message that has been signed, by whomever, {@code {"message":…,"signature":…}}; otherwise as
     * {@link #publish(String, NodeKey)}. The array must not be changed from then on.
     *
     * @throws IllegalArgumentException if it is no message
     */
    public CompletionStage<Publication> publishText(byte[] text) {
        MessageId id = dialer.node().idOf(text);
        if (closing.get()) {
            return unpublished(Reason.CLOSED, Outbox.CLOSED);
        }
        if (!outbox.reserve(text.length)) {
            return unpublished(
                    Reason.QUEUE_FULL,
                    "no relay has acknowledged what was published before, and no more than " + limits.maxMessages()
                            + " messages or " + limits.maxBytes() + " bytes of them may wait");
        }
        // What other relays make of it is nothing new.
        seen.add(id);
        CompletableFuture<Publication> answer = new CompletableFuture<>();
        Posting posting = new Posting(text, id, nanoTime() + limits.patience().toNanos(), answer);
        return onLoop(() -> post(posting)) ? answer.copy() : unpublished(Reason.CLOSED, Outbox.CLOSED);
    }

    private CompletionStage<Publication> unpublished(Reason reason, String message) {
        counters.increment(ClientEvent.UNPUBLISHED);
        return CompletableFuture.failedFuture(new UnpublishedException(reason, message));
    }

    /** How many messages no relay has acknowledged yet. */
    public int waiting() {
        return outbox.undecidedMessages();
    }

    // relays

    /**
     * Dials another relay; nothing happens if it is one of this client's already. One that wanted this node to stay away is
     * dialled again once it has been removed and is added anew.
     *
     * @throws IllegalArgumentException if the URL cannot be dialled
     * @throws IllegalStateException if the client is closed
     */
    public void add(URI relay) {
        RelayAddress.of(relay);
        if (closing.get()) {
            throw new IllegalStateException("the client is closed");
        }
        relays.computeIfAbsent(relay, this::keep);
    }

    private Kept keep(URI relay) {
        RelayLane lane = new RelayLane(this, outbox, loop, relay);
        onLoop(() -> outbox.add(lane));
        return new Kept(lane, KeptLink.start(dialer, loop, relay, memory, lane));
    }

    /** Closes the link to a relay and waits for it no longer; nothing happens if it is none of this client's. */
    public void remove(URI relay) {
        Kept removed = relays.remove(relay);
        if (removed != null) {
            onLoop(() -> outbox.remove(removed.lane()));
            removed.link().close();
        }
    }

    /** How it is with each relay. */
    public List<LinkStatus> relays() {
        return relays.values().stream().map(kept -> kept.link().status()).toList();
    }

    /** What has happened so far. */
    public Counters<ClientEvent> counters() {
        return counters;
    }

    /**
     * Tells the relays what has been processed and closes all links with the closing handshake. Publications that no
     * relay has acknowledged fail.
     *
     * @return completes when everything has ended
     */
    public CompletionStage<Void> close() {
        if (closing.compareAndSet(false, true)) {
            sweeping.cancel(false);
            onLoop(outbox::close);
            CompletableFuture<?>[] ends = relays.values().stream()
                    .map(kept -> kept.link().close().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(ends)
                    .thenCompose(ended -> dialer.close())
                    .whenComplete((ended, failure) -> closed.complete(null));
        }
        return closed.copy();
    }

    // on the event loop

    private boolean onLoop(Runnable action) {
        try {
            loop.execute(action);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    private void post(Posting posting) {
        outbox.add(posting);
        if (closing.get()) {
            outbox.close();
        }
    }

    KeptLinkListener listener() {
        return listener;
    }

    /** Whether a link to that relay is kept or open; a second one would take its place. */
    boolean has(URI relay) {
        return relays.containsKey(relay)
                || relays.values().stream()
                        .map(kept -> kept.link().link())
                        .anyMatch(link -> link != null && link.relay().equals(relay));
    }

    void onMessage(RelayLink link, Delivery delivery) {
        assert loop.inEventLoop();
        if (seen.has(delivery.id())) {
            counters.increment(ClientEvent.RECEIVED_AGAIN);
        } else {
            listener.onMessage(link, delivery);
            // After that: what the listener failed with comes again.
            seen.add(delivery.id());
            counters.increment(ClientEvent.RECEIVED);
        }
        memory.processed(link.relayKey(), delivery.position());
    }

    private long nanoTime() {
        return loop.ticker().nanoTime();
    }
}
