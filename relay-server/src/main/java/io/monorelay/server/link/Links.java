package io.monorelay.server.link;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.KeptLink;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.LinkStatus;
import io.monorelay.client.RelayLink;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.LatePath;
import io.monorelay.relay.MessagePath;
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
import java.util.SplittableRandom;
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
     * @param directory knows who has linked to this node
     * @param linked learns to whom this node has linked
     * @param references from which relays are chosen; learns how the relays behave that it knows by their address
     */
    public record Parts(
            RelayConfig config,
            ClientOptions options,
            NodeIdentity identity,
            Ed25519 ed25519,
            InstantSource clock,
            EventLoopGroup group,
            Class<? extends Channel> channelType,
            MessagePath path,
            LatePath late,
            KeyDirectory directory,
            LinkedKeys linked,
            StoreReaders readers,
            CommitMark mark,
            LinkBook book,
            ReferenceBook references,
            RelayMetrics metrics) {}

    /** What the links of one event loop share. */
    private record Loop(LinkLoop loop, LinkDialer dialer, CommitQueue intake, CommitQueue feed) {}

    /** A link, and what is remembered of the relay. */
    private record Kept(KeptLink link, LinkBook book) {
        @Nullable
        NodeKey key() {
            RelayLink open = link.link();
            return open == null ? book.keyOf(link.relay()) : open.relayKey();
        }
    }

    private final Parts parts;
    private final long startedAt;
    /** Where all links are that know of each other; null where they do not. */
    private final @Nullable EventLoop standbyLoop;

    private final @Nullable Standby standby;
    private final Standing standing;
    /** Where relays are chosen. */
    private final LinkLoop chooser;

    private final WantedLinks wanted;
    private final Moves moves;

    // whoever starts, then the loop of the chooser
    private final Map<EventLoop, Loop> loops = new HashMap<>();
    private boolean closing;

    // any thread
    private final ConcurrentMap<URI, Kept> kept = new ConcurrentHashMap<>();

    /** Dials nobody yet. */
    public Links(Parts parts) {
        this.parts = parts;
        this.startedAt = parts.mark().position();
        boolean standsBy = parts.config().links().standby() && !isPublic();
        this.standbyLoop = standsBy ? parts.group().next() : null;
        this.standby = standbyLoop == null ? null : standbyOn(standbyLoop);
        this.standing = new Standing(parts.references(), parts.book());
        this.chooser = LinkLoop.of(parts.group().next());
        Ties ties = new Ties();
        this.wanted =
                new WantedLinks(settings().wanted(), parts.references(), ties, parts.clock(), new SplittableRandom());
        this.moves = new Moves(settings(), standing, parts.book(), ties, parts.clock());
    }

    private RelayConfig.Links settings() {
        return parts.config().links();
    }

    /** Dials the relays of the settings and those that are to be chosen, and keeps the links. Called once. */
    public void start() {
        settings().toDial().forEach(relay -> keep(relay, parts.book()));
        if (settings().wanted() > 0) {
            chooser.execute(() -> wanted.start(chooser));
        }
    }

    private void keep(URI relay, LinkBook book) {
        EventLoop eventLoop = standbyLoop == null ? parts.group().next() : standbyLoop;
        Loop loop = loops.computeIfAbsent(eventLoop, this::newLoop);
        KeptRelay listener = new KeptRelay(relay, relayParts(relay, book, loop));
        kept.computeIfAbsent(relay, first -> new Kept(KeptLink.start(loop.dialer(), first, book, listener), book));
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

    private KeptRelay.Parts relayParts(URI relay, LinkBook book, Loop loop) {
        KeptRelay.Terms named = namedTerms(loop);
        KeptRelay.Terms chosen = chosenTerms(loop);
        return new KeptRelay.Parts(
                loop.loop(),
                loop.intake(),
                address -> settings().name(address) ? named : chosen,
                book,
                self(),
                isPublic() ? startedAt : 0,
                isPublic(),
                new Standing(parts.references(), book),
                parts.linked(),
                parts.metrics().linking(),
                alternative -> moves.mayMove(relay, alternative),
                () -> drop(relay),
                () -> chooser.execute(() -> wanted.onStayingAway(relay)),
                () -> reopen(relay),
                standby);
    }

    private void reopen(URI relay) {
        Kept known = kept.get(relay);
        if (known != null) {
            known.link().reopen();
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

    /** A relay that the settings name is trusted with everything, and with messages from long ago. */
    private KeptRelay.Terms namedTerms(Loop loop) {
        Selection selection = isPublic() ? Selection.EVERYTHING : Selection.signedBy(self());
        return new KeptRelay.Terms(
                source(selection, loop),
                (message, publisher) ->
                        publish(message, publisher, () -> parts.late().publish(message, publisher, loop.loop())));
    }

    /** One that was chosen is a stranger: it is given what is for everybody, and brings what anybody may bring. */
    private KeptRelay.Terms chosenTerms(Loop loop) {
        Selection selection = isPublic() ? Selection.BROADCASTS : new Selection(true, null, self(), null);
        return new KeptRelay.Terms(
                source(selection, loop),
                (message, publisher) ->
                        publish(message, publisher, () -> parts.path().publish(message, publisher)));
    }

    private Feed.Source source(Selection selection, Loop loop) {
        return new StoreSource(parts.readers(), parts.mark(), loop.feed(), selection, loop.loop());
    }

    private boolean isPublic() {
        return parts.config().node().isPublic();
    }

    private void publish(DecodedMessage message, Publisher publisher, Runnable door) {
        int most = parts.config().messages().maxBytes();
        if (message.array().length > most + LinkOptions.DELIVERY_BYTES) {
            String info = "a message of more than " + most + " bytes";
            publisher.onReceipt(new Receipt.Refused(Fault.TOO_LARGE, info, null, 0));
        } else {
            door.run();
        }
    }

    private boolean isHere(NodeKey key) {
        return key.equals(self()) || parts.directory().isOnline(key);
    }

    private void drop(URI relay) {
        Kept known = kept.remove(relay);
        if (known != null) {
            known.link().close();
        }
    }

    /** The links, as those see them who choose where else to go. */
    private final class Ties implements WantedLinks.Ties {
        @Override
        public List<WantedLinks.Link> links() {
            return kept.values().stream().map(this::link).toList();
        }

        private WantedLinks.Link link(Kept known) {
            LinkStatus status = known.link().status();
            HttpReference reference = standing.find(status.relay());
            NodeKey key = known.key() == null && reference != null ? reference.key() : known.key();
            boolean isOver = switch (status.state()) {
                case STAYING_AWAY, CLOSED -> true;
                case DIALLING, OPEN, WAITING -> false;
            };
            return new WantedLinks.Link(status.relay(), key, status.relayKey() != null, status.attempts(), isOver);
        }

        @Override
        public boolean isHere(NodeKey key) {
            return Links.this.isHere(key);
        }

        @Override
        public void keep(HttpReference reference) {
            if (closing) {
                return;
            }
            LinkBook book = LinkBook.ofOneLink();
            book.firstSeen(reference.uri(), reference.key());
            Links.this.keep(reference.uri(), book);
        }

        @Override
        public void drop(URI relay) {
            Links.this.drop(relay);
        }
    }

    /** How it is with each link, in order of address. */
    public List<LinkReport> reports() {
        return kept.values().stream()
                .sorted(Comparator.comparing(known -> known.link().relay().toString()))
                .map(this::report)
                .toList();
    }

    private LinkReport report(Kept known) {
        LinkStatus status = known.link().status();
        NodeKey key = known.key();
        LinkBook book = known.book();
        return key == null
                ? new LinkReport(status, OptionalLong.empty(), OptionalLong.empty())
                : new LinkReport(status, book.processed(key), book.fed(key));
    }

    /**
     * Closes all links with the closing handshake.
     *
     * @return completes when they have ended
     */
    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        chooser.execute(() -> {
            closing = true;
            closeAll().thenRun(() -> closed.complete(null));
        });
        return closed;
    }

    private CompletionStage<Void> closeAll() {
        return CompletableFuture.allOf(kept.values().stream()
                .map(known -> known.link().close().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
