package io.monorelay.bench.load;

import io.monorelay.client.ClientLimits;
import io.monorelay.client.ClientOptions;
import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLink;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.Publication;
import io.monorelay.client.ReconnectPolicy;
import io.monorelay.client.RelayException;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayMemory;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node that runs our own client, on one event loop. Signatures of what comes are not verified: the relay's work is
 * measured, and the receivers share a machine. When its link ends it comes back and wants what it missed.
 */
final class V2Node implements LoadNode, KeptLinkListener, Publishing.Wire {
    private static final long DEFAULT_RETRY_MILLIS = 100;
    /** Who cannot connect for the first time after so many dials has nobody to load. */
    private static final int MAX_FIRST_DIALS = 4;

    private static final ReconnectPolicy RECONNECT = new ReconnectPolicy(
            Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(1));

    // fixed after construction
    private final Run run;
    private final EventLoop loop;
    private final LinkDialer dialer;
    private final RelayMemory memory = RelayMemory.inMemory();
    private final Account account = new Account();
    private final Inbox inbox;
    private final Publishing publishing;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();

    // owned by the event loop
    private @Nullable KeptLink kept;
    private @Nullable RelayLink link;
    private boolean leaving;
    private int failedDials;

    V2Node(int number, Run run, EventLoop loop, Class<? extends Channel> channelType) {
        this.run = run;
        this.loop = loop;
        ClientLimits limits = ClientLimits.defaults();
        limits = new ClientLimits(Pace.OPEN, 4 << 20, limits.open(), limits.silence(), limits.close());
        ClientOptions options = ClientOptions.defaults()
                .withUnverifiedDeliveries()
                .withLimits(limits)
                .withReconnect(RECONNECT);
        dialer = LinkDialer.on(loop, channelType, NodeIdentity.generate(run.ed25519()), run.ed25519(), options);
        inbox = new Inbox(number, run, account);
        publishing = new Publishing(number, loop, run, account, this);
    }

    @Override
    public CompletionStage<Void> connect() {
        loop.execute(this::start);
        return connected;
    }

    private void start() {
        leaving = false;
        kept = KeptLink.start(dialer, run.plan().relay(), memory, this);
    }

    @Override
    public Publishing publishing() {
        return publishing;
    }

    @Override
    public Account account() {
        return account;
    }

    /** Leaves the relay and comes back after that time. */
    void leaveFor(Duration absence) {
        loop.execute(() -> {
            KeptLink current = kept;
            if (current == null || link == null) {
                // It is away already.
                return;
            }
            run.tally().on(Event.LEAVES);
            kept = null;
            leaving = true;
            inbox.onCameBack();
            current.close().thenRun(() -> loop.schedule(this::start, absence.toNanos(), TimeUnit.NANOSECONDS));
        });
    }

    /** Takes what the relay sends, or nothing of it for a while. */
    void reading(boolean wanted) {
        loop.execute(() -> {
            RelayLink open = link;
            if (open != null && wanted) {
                open.resumeReading();
            } else if (open != null) {
                open.pauseReading();
            }
        });
    }

    // from the link

    @Override
    public void onOpen(RelayLink opened) {
        link = opened;
        if (memory.processed(opened.relayKey()).isEmpty()) {
            memory.processed(opened.relayKey(), opened.position());
        }
        connected.complete(null);
        publishing.onOpen();
    }

    @Override
    public void onMessage(RelayLink over, Delivery delivery) {
        memory.processed(over.relayKey(), delivery.position());
        inbox.onMessage(delivery.data());
    }

    @Override
    public void onGap(RelayLink over, Inbound.Gap gap) {
        run.tally().on(Event.GAPS);
    }

    @Override
    public void onRefusal(RelayLink over, Inbound.Refusal refusal) {
        run.tally().on(Event.UNREADABLE);
    }

    @Override
    public void onEnded(RelayLink over, String why, CloseCode.Next next) {
        link = null;
        if (!leaving) {
            run.tally().on(Event.LINKS_LOST);
            inbox.onCameBack();
        }
    }

    @Override
    public void onNotOpened(RelayException failure) {
        run.tally().on(Event.LINKS_NOT_OPENED);
        failedDials++;
        if (failure.next() == CloseCode.Next.STAY_AWAY || failedDials == MAX_FIRST_DIALS) {
            connected.completeExceptionally(failure);
        }
    }

    // from the publishing

    @Override
    public boolean isOpen() {
        return link != null && !leaving;
    }

    @Override
    public void send(Outgoing message) {
        RelayLink open = link;
        if (open == null) {
            throw new IllegalStateException("nothing is sent before the link is open");
        }
        open.publishText(message.text()).whenComplete((answer, failure) -> onAnswer(message, answer));
    }

    private void onAnswer(Outgoing message, @Nullable Publication answer) {
        switch (answer) {
            case null -> publishing.onLost(message);
            case Publication.Accepted unused -> publishing.onAccepted(message);
            case Publication.Refused refused -> {
                Long after = refused.retryAfterMillis();
                publishing.onRefused(after == null ? DEFAULT_RETRY_MILLIS : after);
            }
        }
    }

    @Override
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.execute(() -> {
            leaving = true;
            dialer.close().whenComplete((nothing, failure) -> closed.complete(null));
        });
        return closed;
    }
}
