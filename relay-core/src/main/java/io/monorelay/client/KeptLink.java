package io.monorelay.client;

import io.monorelay.client.LinkStatus.State;
import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A link to one relay that is opened again whenever it ends, until it is closed or the relay wants this node to stay
 * away. Each time the relay must prove the key that the memory has for it, and goes on after what has been processed of
 * it. A relay that goes away is left for an alternative that it names, once the link to that one is open; when that ends
 * in turn, the first relay is dialled again.
 *
 * <p>What has been processed is up to whoever processes it, who tells the memory; it is passed on to the relay now and
 * then. Any thread may call; nothing blocks. Everything else happens on one event loop.
 */
public final class KeptLink {
    // fixed after construction
    private final LinkDialer dialer;
    private final URI home;
    private final RelayMemory memory;
    private final KeptLinkListener listener;
    private final EventLoop loop;
    private final DoubleSupplier random;

    // any thread
    private final AtomicReference<LinkStatus> status;
    private final AtomicReference<@Nullable RelayLink> link = new AtomicReference<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // owned by the event loop
    private final BackOff backOff;
    /** Where this node may move to, while it has not. */
    private final Deque<URI> alternatives = new ArrayDeque<>();

    private @Nullable LinkAttempt open;
    private @Nullable LinkAttempt dialling;
    private @Nullable ScheduledFuture<?> nextDial;
    private boolean closing;

    private KeptLink(LinkDialer dialer, EventLoop loop, URI home, RelayMemory memory, KeptLinkListener listener) {
        this.dialer = dialer;
        this.home = home;
        this.memory = memory;
        this.listener = listener;
        this.loop = loop;
        random = () -> ThreadLocalRandom.current().nextDouble();
        backOff = new BackOff(dialer.node().options().reconnect(), random);
        status = new AtomicReference<>(
                new LinkStatus(home, State.DIALLING, dialer.node().clock().instant(), 0, null, null, null));
    }

    /**
     * Dials the relay, and from then on keeps the link.
     *
     * @param relay ws or wss, http or https for the same
     * @throws IllegalArgumentException if the URL cannot be dialled
     */
    public static KeptLink start(LinkDialer dialer, URI relay, RelayMemory memory, KeptLinkListener listener) {
        return start(dialer, dialer.nextLoop(), relay, memory, listener);
    }

    /** The same on a certain event loop. */
    static KeptLink start(LinkDialer dialer, EventLoop loop, URI relay, RelayMemory memory, KeptLinkListener listener) {
        RelayAddress.of(relay);
        KeptLink kept = new KeptLink(dialer, loop, relay, memory, listener);
        kept.onLoop(() -> kept.dial(relay));
        return kept;
    }

    /** The relay that the link is kept to. */
    public URI relay() {
        return home;
    }

    /** The link that is open, to the relay or to an alternative; null while there is none. */
    public @Nullable RelayLink link() {
        return link.get();
    }

    /**
     * Opens a new link to the relay in the place of the one that is open, if there is one, for a listener that wants other
     * deliveries than before; what has not been processed by then comes over the new link. While a relay is dialled
     * already, this does nothing.
     */
    public void reopen() {
        onLoop(this::onReopen);
    }

    /** How it is now. */
    public LinkStatus status() {
        LinkStatus now = status.get();
        RelayLink current = link.get();
        return current == null ? now : now.with(current);
    }

    /**
     * Tells the relay what has been processed, closes the link with the closing handshake, and opens it no more.
     *
     * @return completes when the link has ended
     */
    public CompletionStage<Void> close() {
        onLoop(this::onClose);
        return closed.copy();
    }

    private void onLoop(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException stopped) {
            closed.complete(null);
        }
    }

    // on the event loop

    private void onClose() {
        if (closing) {
            return;
        }
        closing = true;
        cancelNextDial();
        LinkAttempt pending = dialling;
        if (pending != null) {
            dialling = null;
            pending.abandon();
        }
        LinkAttempt current = open;
        if (current == null) {
            onState(State.CLOSED, null);
            closed.complete(null);
        } else {
            current.leave();
        }
    }

    private void onReopen() {
        if (open != null && dialling == null && nextDial == null) {
            dial(home);
        }
    }

    private void dial(URI relay) {
        assert loop.inEventLoop();
        nextDial = null;
        if (closing) {
            return;
        }
        if (open == null) {
            onState(State.DIALLING, null);
        }
        LinkAttempt attempt = new LinkAttempt(this, relay);
        dialling = attempt;
        NodeKey key = memory.keyOf(relay);
        LinkSession session = dialer.open(RelayAddress.of(relay), loop, attempt.terms(key), attempt);
        attempt.on(session);
    }

    private void dialAfter(Duration delay, URI relay) {
        cancelNextDial();
        nextDial = loop.schedule(() -> dial(relay), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelNextDial() {
        ScheduledFuture<?> planned = nextDial;
        if (planned != null) {
            planned.cancel(false);
            nextDial = null;
        }
    }

    // from the attempts

    RelayMemory memory() {
        return memory;
    }

    KeptLinkListener listener() {
        return listener;
    }

    EventLoop eventLoop() {
        return loop;
    }

    void onOpen(LinkAttempt attempt, RelayLink opened) {
        assert loop.inEventLoop();
        if (dialling != attempt) {
            opened.close();
            return;
        }
        dialling = null;
        alternatives.clear();
        LinkAttempt before = open;
        open = attempt;
        link.set(opened);
        if (memory.keyOf(attempt.relay()) == null) {
            memory.firstSeen(attempt.relay(), opened.relayKey());
        }
        onState(State.OPEN, null);
        listener.onOpen(opened);
        if (before != null) {
            before.leave();
        }
    }

    void onNotOpened(LinkAttempt attempt, RelayException failure) {
        assert loop.inEventLoop();
        if (dialling != attempt) {
            return;
        }
        dialling = null;
        listener.onNotOpened(failure);
        if (open != null) {
            moveOn();
            return;
        }
        backOff.failed();
        Long least = failure.retryAfterMillis();
        if (least == null) {
            goOn(attempt, String.valueOf(failure.getMessage()), failure.next());
        } else {
            onState(State.WAITING, failure.getMessage());
            dialAfter(backOff.delayOfAtLeast(Duration.ofMillis(least)), home);
        }
    }

    void onEnded(LinkAttempt attempt, String why, Next next) {
        assert loop.inEventLoop();
        if (open != attempt) {
            // It has been left for another.
            return;
        }
        open = null;
        link.set(null);
        backOff.ended(attempt.timeOpen());
        if (closing) {
            onState(State.CLOSED, null);
            closed.complete(null);
        } else if (dialling == null) {
            goOn(attempt, why, next);
        } else {
            onState(State.DIALLING, why);
        }
    }

    void onDrain(LinkAttempt attempt, Inbound.Drain drain) {
        assert loop.inEventLoop();
        if (open != attempt || closing || dialling != null) {
            return;
        }
        alternatives.clear();
        drain.alternatives().forEach(this::considerMovingTo);
        URI first = alternatives.poll();
        if (first != null) {
            // Not all of a relay's nodes at once, and early enough that the new link is open before this one ends.
            long withinMillis = (long) (drain.withinMillis() / 2.0 * random.getAsDouble());
            dialAfter(Duration.ofMillis(withinMillis), first);
        }
    }

    private void considerMovingTo(String address) {
        try {
            URI alternative = URI.create(address);
            boolean weaker =
                    RelayAddress.of(home).tls() && !RelayAddress.of(alternative).tls();
            if (!weaker && !alternative.equals(home) && listener.mayMoveTo(alternative)) {
                alternatives.add(alternative);
            }
        } catch (IllegalArgumentException notAnAddress) {
            listener.onNotOpened(new RelayException(
                    home, "the relay names \"" + address + "\" as an alternative", Next.STAY_AWAY, notAnAddress));
        }
    }

    /** Tries the next alternative, while the link to the relay that goes away is still open. */
    private void moveOn() {
        URI following = alternatives.poll();
        if (following != null) {
            dial(following);
        }
    }

    private void goOn(LinkAttempt attempt, String why, Next next) {
        cancelNextDial();
        // What an alternative says about itself is not said by the relay that this link is kept to.
        boolean isHome = attempt.relay().equals(home);
        Next then = isHome || next != Next.STAY_AWAY ? next : Next.RECONNECT_WITH_BACK_OFF;
        switch (then) {
            case STAY_AWAY -> {
                onState(State.STAYING_AWAY, why);
                listener.onStayingAway(why);
            }
            case RECONNECT_AT_ONCE, RECONNECT_WITH_BACK_OFF -> {
                onState(State.WAITING, why);
                dialAfter(backOff.delay(then), home);
            }
        }
    }

    private void onState(State state, @Nullable String failure) {
        LinkStatus before = status.get();
        String lastFailure = failure == null ? before.lastFailure() : failure;
        status.set(new LinkStatus(
                home, state, dialer.node().clock().instant(), backOff.failures(), lastFailure, null, null));
    }
}
