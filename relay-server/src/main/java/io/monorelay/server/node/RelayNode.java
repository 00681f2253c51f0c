package io.monorelay.server.node;

import io.monorelay.client.ClientOptions;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.LatePath;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Router;
import io.monorelay.relay.TimeWindow;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.LiveConnections;
import io.monorelay.server.channel.MemoryBudget;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.http.Readiness;
import io.monorelay.server.link.LinkOptions;
import io.monorelay.server.link.LinkedKeys;
import io.monorelay.server.link.Links;
import io.monorelay.server.net.Transport;
import io.monorelay.server.ws.LoopContext;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running relay. {@link #start} builds its parts in the order in which they depend on each other; {@link #close} ends
 * it. Both are called on a thread that may block.
 */
public final class RelayNode implements AutoCloseable {
    private final RelayConfig config;
    private final Transport transport;
    private final Limits limits;
    private final InstantSource clock;
    private final RelayMetrics metrics = new RelayMetrics();
    private final KeyDirectory directory = new KeyDirectory();
    private final LinkedKeys linked = new LinkedKeys();
    private final Readiness readiness = new Readiness();
    private final InboundDecoder decoder;
    private final KeptLog kept;
    private final MessagePath path;
    private final LatePath late;
    private final Links links;
    private final Outward outward;
    private final EventLoopGroup group;
    private final AccessRules access;
    private final Inward inward;
    private final Channel listener;
    private final @Nullable AdminPort admin;
    private final OrderlyEnd end;
    private volatile RelayConfig.Timeouts timeouts;

    /**
     * Starts a relay and listens.
     *
     * @throws StartException when that is not possible, with one line that says why
     */
    public static RelayNode start(RelayConfig config, NodeIdentity identity, Ed25519 ed25519) throws StartException {
        return start(config, identity, ed25519, InstantSource.system());
    }

    /** The same with a clock that says what time it is for messages and handshakes. */
    public static RelayNode start(RelayConfig config, NodeIdentity identity, Ed25519 ed25519, InstantSource clock)
            throws StartException {
        return start(config, identity, ed25519, clock, StoreOpener.CONFIGURED);
    }

    static RelayNode start(
            RelayConfig config, NodeIdentity identity, Ed25519 ed25519, InstantSource clock, StoreOpener opener)
            throws StartException {
        return new RelayNode(config, identity, ed25519, clock, opener);
    }

    private RelayNode(
            RelayConfig config, NodeIdentity identity, Ed25519 ed25519, InstantSource clock, StoreOpener opener)
            throws StartException {
        this.config = config;
        this.clock = clock;
        timeouts = config.timeouts();
        requireMemory(config);
        transport = chooseTransport(config);
        limits = Limits.defaults()
                .withMaxFrameBytes(config.messages().maxBytes())
                .withTimeWindow(config.messages().timeWindow());
        decoder = new InboundDecoder(limits);
        ClientOptions linkOptions = linkOptions(config);
        access = accessRules(config, identity, clock);
        kept = KeptLog.open(opener, config, limits, clock, metrics, this::onStoring);
        TimeWindow window = new TimeWindow(limits.timeWindow(), clock);
        MessagePath.Admission admission = new MessagePath.Admission(window, access);
        path = new MessagePath(admission, new MessageVerifier(ed25519), kept.seen(), kept.log(), directory, metrics);
        late = new LatePath(path, window, kept.readers(), config.store().retentionAge());
        group = new MultiThreadIoEventLoopGroup(
                loopCount(), new DefaultThreadFactory("relay"), transport.handlerFactory());
        outward = callOutward(identity, ed25519);
        links = newLinks(linkOptions, identity, ed25519);
        inward = new Inward(new Inward.Parts(
                config,
                limits,
                clock,
                identity,
                ed25519,
                decoder,
                access,
                kept,
                path,
                late,
                directory,
                outward,
                links,
                readiness,
                metrics,
                transport,
                group,
                loopCount()));
        try {
            listener = inward.listen();
            admin = openAdmin();
        } catch (StartException failure) {
            abandon(inward.loops());
            throw failure;
        }
        end = new OrderlyEnd(
                config.drain(),
                new OrderlyEnd.Parts(
                        readiness, listener, outward, links, path, group, inward.loops(), kept, access, admin));
        links.start();
        readiness.ready(Readiness.Reason.STARTING);
    }

    private static void requireMemory(RelayConfig config) throws StartException {
        String tooMuch = config.memory().whyTooMuch().orElse(null);
        if (tooMuch != null) {
            throw new StartException(tooMuch);
        }
    }

    private static Transport chooseTransport(RelayConfig config) throws StartException {
        try {
            return Transport.choose(config.network().transport());
        } catch (IllegalArgumentException unavailable) {
            throw new StartException(String.valueOf(unavailable.getMessage()), unavailable);
        }
    }

    private static AccessRules accessRules(RelayConfig config, NodeIdentity identity, InstantSource clock)
            throws StartException {
        try {
            return AccessRules.open(config.access(), identity.key(), config.data(), clock);
        } catch (IOException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private void onStoring(boolean able, String why) {
        if (able) {
            readiness.ready(Readiness.Reason.CANNOT_STORE);
        } else {
            readiness.notReady(Readiness.Reason.CANNOT_STORE);
        }
    }

    private Outward callOutward(NodeIdentity identity, Ed25519 ed25519) throws StartException {
        try {
            return Outward.start(new Outward.Parts(
                    config,
                    limits,
                    clock,
                    identity,
                    ed25519,
                    decoder,
                    kept.references(),
                    kept.log(),
                    directory,
                    linked,
                    metrics,
                    transport,
                    group.next()));
        } catch (StartException failure) {
            abandon(Map.of());
            throw failure;
        }
    }

    /** Ends what there is of a node that cannot be started. */
    private void abandon(Map<EventLoop, LoopContext> loops) {
        OrderlyEnd.closeLoops(group, loops);
        kept.close();
        access.close();
    }

    private Links newLinks(ClientOptions options, NodeIdentity identity, Ed25519 ed25519) {
        return new Links(new Links.Parts(
                config,
                options,
                identity,
                ed25519,
                clock,
                group,
                transport.clientChannel(),
                path,
                late,
                directory,
                linked,
                kept.readers(),
                kept.mark(),
                kept.links(),
                outward.book(),
                metrics));
    }

    /** A node that dials nobody does not care for proxies and certificates. */
    private static ClientOptions linkOptions(RelayConfig config) throws StartException {
        RelayConfig.Links settings = config.links();
        if (settings.toDial().isEmpty() && settings.wanted() == 0) {
            return ClientOptions.defaults();
        }
        try {
            return LinkOptions.of(config);
        } catch (NoSuchFileException missing) {
            throw new StartException("links.ca-file: there is no file " + missing.getFile(), missing);
        } catch (IOException unusable) {
            throw new StartException("links.ca-file: " + unusable.getMessage(), unusable);
        } catch (IllegalArgumentException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private int loopCount() {
        int configured = config.network().eventLoops();
        return configured == 0 ? NettyRuntime.availableProcessors() : configured;
    }

    private @Nullable AdminPort openAdmin() throws StartException {
        try {
            return AdminPort.open(new AdminPort.Parts(
                    config, transport, metrics, kept, inward, access, readiness, () -> timeouts, this::beginToDrain));
        } catch (StartException failure) {
            listener.close();
            throw failure;
        }
    }

    private void beginToDrain() {
        Thread.ofPlatform().name("relay-drain").start(() -> {
            try {
                drain();
            } catch (InterruptedException hurry) {
                close();
            }
        });
    }

    /** Where the relay listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Where the operator finds it; null where that is nowhere. */
    public @Nullable InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }

    public String transportName() {
        return transport.toString();
    }

    /** Sends this node's own messages. */
    public Router router() {
        return inward.router();
    }

    /** The nodes that this one remembers. */
    public ReferenceBook references() {
        return outward.book();
    }

    /** The links that this node keeps to relays. */
    public Links links() {
        return links;
    }

    /** Who may connect and take part. */
    public AccessRules access() {
        return access;
    }

    /** What is connected now. */
    public LiveConnections live() {
        return inward.live();
    }

    /** What the connections hold. */
    public MemoryBudget memory() {
        return inward.memory();
    }

    public RelayMetrics metrics() {
        return metrics;
    }

    /**
     * Ends as {@link #close} does, but lets the peers go elsewhere before, as the settings for that say: at first it is not
     * ready and nothing else; then it listens no more, tells v2 nodes where they may move to, and closes the connections
     * one after the other, each when what it published is acknowledged. Returns when the node has ended, at once when
     * nobody is connected. Whoever calls it a second time waits for the first.
     */
    @MayBlock
    public void drain() throws InterruptedException {
        end.drain();
    }

    /** From now on that configuration holds, as far as it can change while a node runs. Any thread. */
    public void use(RelayConfig changed) {
        inward.use(changed);
        timeouts = changed.timeouts();
        end.letPeersGoAs(changed.drain());
    }

    /** Returns when the node has ended, by whomever it was told to. */
    @MayBlock
    public void awaitEnd() throws InterruptedException {
        end.await();
    }

    /**
     * Stops listening, answers what was published, tells every peer that the relay is going away, and ends. Returns
     * within seconds; at once when it is ending already.
     */
    @Override
    @MayBlock
    public void close() {
        end.close();
    }
}
