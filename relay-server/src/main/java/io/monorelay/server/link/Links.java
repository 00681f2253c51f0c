package io.monorelay.server.link;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.KeptLink;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.LatePath;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreReaders;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The relays that this node keeps links to. A public node exchanges everything with them; one that is not takes what they
 * have and feeds them what it signed itself. Any thread may call; nothing blocks.
 */
public final class Links {
    /**
     * What they work with.
     *
     * @param options how relays are dialled
     * @param channelType the kind of socket that fits the group
     * @param references learns how the relays behave that it knows by their address
     */
    public record Parts(
            RelayConfig config,
            ClientOptions options,
            NodeIdentity identity,
            Ed25519 ed25519,
            InstantSource clock,
            EventLoopGroup group,
            Class<? extends Channel> channelType,
            LatePath path,
            StoreReaders readers,
            CommitMark mark,
            LinkBook book,
            ReferenceBook references,
            RelayMetrics metrics) {}

    /** What the links of one event loop share. */
    private record Loop(LinkLoop loop, LinkDialer dialer, CommitQueue intake, CommitQueue feed) {}

    private final Parts parts;
    private final long startedAt;
    /** Where all links are that know of each other; null where they do not. */
    private final @Nullable EventLoop standbyLoop;

    private final @Nullable Standby standby;
    private final Map<EventLoop, Loop> loops = new HashMap<>();
    private final ConcurrentMap<URI, KeptLink> kept = new ConcurrentHashMap<>();

    /** Dials nobody yet. */
    public Links(Parts parts) {
        this.parts = parts;
        this.startedAt = parts.mark().position();
        boolean standsBy = parts.config().links().standby() && !isPublic();
        this.standbyLoop = standsBy ? parts.group().next() : null;
        this.standby = standbyLoop == null ? null : standbyOn(standbyLoop);
    }

    /** Dials the relays of the settings, and keeps the links. Called once. */
    public void start() {
        RelayConfig.Links settings = parts.config().links();
        settings.relays().forEach(this::keep);
        if (settings.relays().isEmpty()) {
            settings.entrypoints().forEach(this::keep);
        }
    }

    private void keep(URI relay) {
        EventLoop eventLoop = standbyLoop == null ? parts.group().next() : standbyLoop;
        Loop loop = loops.computeIfAbsent(eventLoop, this::newLoop);
        KeptRelay listener = new KeptRelay(relay, relayParts(relay, loop));
        kept.computeIfAbsent(relay, first -> KeptLink.start(loop.dialer(), first, parts.book(), listener));
    }

    private Loop newLoop(EventLoop eventLoop) {
        return new Loop(
                LinkLoop.of(eventLoop),
                LinkDialer.on(
                        eventLoop,
                        parts.channelType(),
                        parts.identity(),
                        parts.ed25519(),
                        parts.options(),
                        parts.clock()),
                parts.mark().newQueue(eventLoop),
                parts.mark().newQueue(eventLoop));
    }

    private KeptRelay.Parts relayParts(URI relay, Loop loop) {
        return new KeptRelay.Parts(
                loop.loop(),
                loop.intake(),
                (message, publisher) -> publish(message, publisher, loop),
                new StoreSource(parts.readers(), parts.mark(), loop.feed(), selection(), loop.loop()),
                parts.book(),
                self(),
                isPublic() ? startedAt : 0,
                isPublic(),
                new Standing(parts.references(), parts.book()),
                parts.metrics().linking(),
                this::mayMoveTo,
                () -> drop(relay),
                () -> reopen(relay),
                standby);
    }

    private void reopen(URI relay) {
        KeptLink link = kept.get(relay);
        if (link != null) {
            link.reopen();
        }
    }

    private Standby standbyOn(EventLoop eventLoop) {
        LinkLoop loop = LinkLoop.of(eventLoop);
        return new Standby(
                loop,
                parts.config().links().standbyDeadline(),
                new StoredIds(parts.readers(), loop),
                parts.metrics().linking());
    }

    private NodeKey self() {
        return parts.identity().key();
    }

    private Selection selection() {
        return isPublic() ? Selection.EVERYTHING : Selection.signedBy(self());
    }

    private boolean isPublic() {
        return parts.config().node().isPublic();
    }

    private void publish(DecodedMessage message, Publisher publisher, Loop loop) {
        int most = parts.config().messages().maxBytes();
        if (message.array().length > most + LinkOptions.DELIVERY_BYTES) {
            String info = "a message of more than " + most + " bytes";
            publisher.onReceipt(new Receipt.Refused(Fault.TOO_LARGE, info, null, 0));
        } else {
            parts.path().publish(message, publisher, loop.loop());
        }
    }

    /**
     * The relays of the settings are trusted with everything, so no other one may come in their place; and one that a
     * link is kept to already takes no second one.
     */
    private boolean mayMoveTo(URI alternative) {
        return parts.config().links().entrypoints().contains(alternative)
                && kept.values().stream().noneMatch(other -> isTo(alternative, other.link()))
                && !kept.containsKey(alternative);
    }

    private static boolean isTo(URI relay, @Nullable RelayLink link) {
        return link != null && link.relay().equals(relay);
    }

    private void drop(URI relay) {
        KeptLink link = kept.remove(relay);
        if (link != null) {
            link.close();
        }
    }

    /** How it is with each link, in order of address. */
    public List<LinkReport> reports() {
        return kept.values().stream()
                .sorted(Comparator.comparing(link -> link.relay().toString()))
                .map(this::report)
                .toList();
    }

    private LinkReport report(KeptLink link) {
        NodeKey key = parts.book().keyOf(link.relay());
        LinkBook book = parts.book();
        return key == null
                ? new LinkReport(link.status(), OptionalLong.empty(), OptionalLong.empty())
                : new LinkReport(link.status(), book.processed(key), book.fed(key));
    }

    /**
     * Closes all links with the closing handshake.
     *
     * @return completes when they have ended
     */
    public CompletionStage<Void> close() {
        return CompletableFuture.allOf(kept.values().stream()
                .map(link -> link.close().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
