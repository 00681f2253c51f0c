package io.monorelay.client;

import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One dial of a kept link, and the link that may come of it. Belongs to the event loop of the kept link. */
final class LinkAttempt implements RelayListener {
    private static final long ACKNOWLEDGE_SECONDS = 1;
    /** What waits for a node that has no position comes well within that. */
    private static final Duration BACKLOG_BEGINS = Duration.ofSeconds(1);

    // fixed after construction
    private final KeptLink kept;
    private final URI relay;

    // owned by the event loop
    private @Nullable LinkSession session;
    private @Nullable RelayLink link;
    private @Nullable ScheduledFuture<?> acknowledging;
    private OptionalLong asked = OptionalLong.empty();
    private long acknowledged;
    private long openedAtNanos;
    private boolean heard;

    LinkAttempt(KeptLink kept, URI relay) {
        this.kept = kept;
        this.relay = relay;
    }

    URI relay() {
        return relay;
    }

    /** What is dialled. */
    void on(LinkSession dialled) {
        session = dialled;
        dialled.opened().whenComplete((opened, failure) -> {
            if (failure instanceof RelayException why) {
                onLoop(() -> kept.onNotOpened(this, why));
            }
        });
    }

    private void onLoop(Runnable action) {
        try {
            loop().execute(action);
        } catch (RejectedExecutionException stopped) {
            // Nothing is dialled again on an event loop that has ended.
        }
    }

    DialTerms terms(@Nullable NodeKey key) {
        return new DialTerms(key, this::resumeAfter, kept.listener().wanted());
    }

    private OptionalLong resumeAfter(NodeKey key) {
        asked = kept.memory().processed(key);
        return asked;
    }

    Duration timeOpen() {
        return Duration.ofNanos(nanoTime() - openedAtNanos);
    }

    /** Gives up what is not open yet. */
    void abandon() {
        LinkSession dialled = session;
        if (dialled != null) {
            dialled.onFailed("the link is closed", Next.STAY_AWAY, null);
        }
    }

    /** Tells the relay what has been processed, and closes the link. */
    void leave() {
        RelayLink current = link;
        if (current != null) {
            acknowledge();
            current.close();
        }
    }

    // from the link

    @Override
    public void onOpen(RelayLink opened) {
        link = opened;
        openedAtNanos = nanoTime();
        acknowledged = asked.orElse(0);
        Long from = opened.resumedFrom();
        if (from != null && from < acknowledged) {
            // The relay's log is shorter than it was: a position that it has yet to give says nothing.
            kept.memory().processed(opened.relayKey(), from);
            acknowledged = from;
        }
        acknowledging = loop().scheduleWithFixedDelay(
                        this::acknowledge, ACKNOWLEDGE_SECONDS, ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
        kept.onOpen(this, opened);
    }

    @Override
    public void onMessage(Delivery delivery) {
        onPosition(delivery.position());
        kept.listener().onMessage(opened(), delivery);
    }

    @Override
    public void onAnnouncement(Inbound.Announcement announcement) {
        onPosition(announcement.position());
        kept.listener().onAnnouncement(opened(), announcement);
    }

    private void onPosition(long position) {
        if (!heard && position > startOf(opened())) {
            heard = true;
            rememberTheStart(position - 1);
        }
    }

    @Override
    public void onGap(Inbound.Gap gap) {
        kept.listener().onGap(opened(), gap);
    }

    @Override
    public void onRefusal(Inbound.Refusal refusal) {
        kept.listener().onRefusal(opened(), refusal);
    }

    @Override
    public void onDrain(Inbound.Drain drain) {
        kept.listener().onDrain(opened(), drain);
        kept.onDrain(this, drain);
    }

    @Override
    public void onClosed(int code, String reason, Next next) {
        ScheduledFuture<?> timer = acknowledging;
        if (timer != null) {
            timer.cancel(false);
        }
        rememberTheQuietStart();
        String why = opened().relay() + ": the link was closed with " + code + (reason.isEmpty() ? "" : ": " + reason);
        kept.listener().onEnded(opened(), why, next);
        kept.onEnded(this, why, next);
    }

    /**
     * A node without a position starts with what comes after its link was opened, and goes on there when that ends. If
     * nothing has come it does so only when the link did not end so soon that older messages may still be on their way,
     * which wait for this node alone.
     */
    private void rememberTheStart(long position) {
        NodeKey key = opened().relayKey();
        if (kept.memory().processed(key).isEmpty()) {
            kept.memory().processed(key, position);
        }
    }

    private void rememberTheQuietStart() {
        if (!heard && timeOpen().compareTo(BACKLOG_BEGINS) >= 0) {
            rememberTheStart(startOf(opened()));
        }
    }

    private static long startOf(RelayLink link) {
        Long from = link.resumedFrom();
        return from == null ? link.position() : from;
    }

    private void acknowledge() {
        assert loop().inEventLoop();
        // Not only at the end: a node that is killed sees none.
        rememberTheQuietStart();
        OptionalLong processed = kept.memory().processed(opened().relayKey());
        if (kept.memory().isToldToRelays() && processed.isPresent() && processed.getAsLong() > acknowledged) {
            acknowledged = processed.getAsLong();
            opened().acknowledge(acknowledged);
        }
    }

    private RelayLink opened() {
        RelayLink current = link;
        if (current == null) {
            throw new IllegalStateException("the link has not been opened");
        }
        return current;
    }

    private EventLoop loop() {
        return kept.eventLoop();
    }

    private long nanoTime() {
        return loop().ticker().nanoTime();
    }
}
