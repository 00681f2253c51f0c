package io.monorelay.server.node;

import io.monorelay.client.ClientOptions;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.fanout.FanoutLimits;
import io.monorelay.fanout.FanoutSource;
import io.monorelay.fanout.LoopFanout;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.relay.LatePath;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Router;
import io.monorelay.relay.TimeWindow;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Doorkeeper;
import io.monorelay.server.admission.LiveConnections;
import io.monorelay.server.channel.HeldMemory;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.channel.MemoryBudget;
import io.monorelay.server.config.DrainSettings;
import io.monorelay.server.config.MemoryPlan;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.handshake.Handshakes;
import io.monorelay.server.http.BroadcastRoute;
import io.monorelay.server.http.HandshakeRoute;
import io.monorelay.server.http.HistoryRoutes;
import io.monorelay.server.http.HttpRoutes;
import io.monorelay.server.http.NodePage;
import io.monorelay.server.http.PublishRoute;
import io.monorelay.server.http.Readiness;
import io.monorelay.server.http.SiteGuard;
import io.monorelay.server.link.LinkOptions;
import io.monorelay.server.link.LinkedKeys;
import io.monorelay.server.link.Links;
import io.monorelay.server.link.TrustedRelays;
import io.monorelay.server.net.Pipelines;
import io.monorelay.server.net.ServerTls;
import io.monorelay.server.net.Transport;
import io.monorelay.server.ws.LoopContext;
import io.monorelay.store.CommitQueue;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running relay. {@link #start} builds its parts in the order in which they depend on each other; {@link #close} ends
 * it. Both are called on a thread that may block.
 */
public final class RelayNode implements AutoCloseable {
    /** Unlike Netty's default, it also pools the duplicates of its buffers, one of which each peer gets of each batch. */
    private static final ByteBufAllocator BATCHES = PooledByteBufAllocator.DEFAULT;

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
    private final Router router;
    private final Outward outward;
    private final Handshakes handshakes;
    private final EventLoopGroup group;
    private final AccessRules access;
    private final Doorkeeper door;
    private final Budgets budgets;
    private final Map<EventLoop, LoopContext> loops = new HashMap<>();
    private final LiveConnections live;
    private final MemoryBudget memory;
    private final Channel listener;
    private final @Nullable AdminPort admin;
    private final OrderlyEnd end;

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
        requireMemory(config);
        transport = chooseTransport(config);
        limits = Limits.defaults()
                .withMaxFrameBytes(config.messages().maxBytes())
                .withTimeWindow(config.messages().timeWindow());
        decoder = new InboundDecoder(limits);
        access = accessRules(config, identity, clock);
        kept = KeptLog.open(opener, config, limits, clock, metrics, this::onStoring);
        TimeWindow window = new TimeWindow(limits.timeWindow(), clock);
        MessagePath.Admission admission = new MessagePath.Admission(window, access);
        path = new MessagePath(admission, new MessageVerifier(ed25519), kept.seen(), kept.log(), directory, metrics);
        late = new LatePath(path, window, kept.readers(), config.store().retentionAge());
        door = new Doorkeeper(
                config.access(),
                config.proxies(),
                config.network().maxConnections(),
                access,
                metrics.refusals(),
                System::nanoTime);
        memory = memoryBudget(config.memory().shares());
        budgets = new Budgets(config.budgets(), config.access(), door::open, System::nanoTime);
        group = new MultiThreadIoEventLoopGroup(
                loopCount(), new DefaultThreadFactory("relay"), transport.handlerFactory());
        try {
            outward = Outward.start(new Outward.Parts(
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
            handshakes = new Handshakes(identity, ed25519, config, limits, clock, outward);
            buildLoops();
            live = watchLive();
            links = newLinks(identity, ed25519);
            router = router(new MessageSigner(identity, Form.MONOCHAIN));
            listener = bind();
            admin = openAdmin();
        } catch (StartException failure) {
            OrderlyEnd.closeLoops(group, loops);
            kept.close();
            access.close();
            throw failure;
        }
        end = new OrderlyEnd(
                config.drain(),
                new OrderlyEnd.Parts(readiness, listener, outward, links, path, group, loops, kept, access, admin));
        links.start();
        readiness.ready(Readiness.Reason.STARTING);
    }

    private static void requireMemory(RelayConfig config) throws StartException {
        String tooMuch = config.memory().whyTooMuch().orElse(null);
        if (tooMuch != null) {
            throw new StartException(tooMuch);
        }
    }

    private static MemoryBudget memoryBudget(MemoryPlan.Shares shares) {
        return new MemoryBudget(shares.inboundBytes(), shares.outboundBytes());
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

    private LiveConnections watchLive() {
        LiveConnections connections = new LiveConnections(
                loops.values().stream().map(LoopContext::liveness).toList(), clock);
        access.enforceOn(connections);
        group.next().scheduleAtFixedRate(access::expire, 1, 1, TimeUnit.SECONDS);
        return connections;
    }

    private Links newLinks(NodeIdentity identity, Ed25519 ed25519) throws StartException {
        return new Links(new Links.Parts(
                config,
                linkOptions(),
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

    private Router router(MessageSigner signer) {
        EventLoop loop = group.next();
        return new Router(
                signer,
                decoder,
                path,
                clock,
                loop,
                Objects.requireNonNull(loops.get(loop)).commits());
    }

    /** A node that dials nobody does not care for proxies and certificates. */
    private ClientOptions linkOptions() throws StartException {
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

    private void buildLoops() {
        RelayConfig.FanoutSettings fanout = config.fanout();
        long laggardBytes = Math.max(fanout.laggardBytes() / loopCount(), fanout.maxBatchBytes());
        FanoutLimits bounds = new FanoutLimits(
                        fanout.flushInterval().toNanos(), fanout.maxBatchBytes(), laggardBytes, fanout.slowPeers())
                .withCompression(config.compression().terms());
        @Nullable NodeKey streamed = config.node().isPublic() ? null : handshakes.key();
        TrustedRelays trusted = new TrustedRelays(config.links(), kept.links());
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            CommitQueue commits = kept.mark().newQueue(loop);
            FanoutSource source = new FanoutSource(kept.log(), kept.readers(), kept.mark(), commits, streamed);
            LoopFanout loopFanout = new LoopFanout(loop, source, BATCHES, bounds, metrics, System::nanoTime);
            loops.put(
                    loop,
                    new LoopContext(
                            loopFanout,
                            new Liveness(loop, new HeldMemory(loop, memory, loopFanout::sharedBytes)),
                            commits,
                            decoder,
                            path,
                            late,
                            trusted,
                            handshakes,
                            access,
                            budgets,
                            directory,
                            outward.book(),
                            kept.readers(),
                            kept.positions(),
                            metrics));
        }
    }

    @MayBlock
    private Channel bind() throws StartException {
        HttpRoutes routes = routes();
        Pipelines pipelines = new Pipelines(config, routes, loops, door, access, startTls());
        return Listening.at(
                config.listen(),
                transport.server(config.network().unsentBytes()),
                group,
                config.network().backlog(),
                pipelines,
                metrics.refusals());
    }

    private @Nullable AdminPort openAdmin() throws StartException {
        try {
            return AdminPort.open(new AdminPort.Parts(
                    config,
                    transport,
                    metrics,
                    kept,
                    loops,
                    door,
                    live,
                    memory,
                    access,
                    readiness,
                    this::beginToDrain));
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

    private @Nullable ServerTls startTls() throws StartException {
        if (config.tls().isEmpty()) {
            return null;
        }
        try {
            ServerTls tls =
                    ServerTls.start(config.tls().get(), config.timeouts().request());
            group.terminationFuture().addListener(ended -> tls.close());
            return tls;
        } catch (IOException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private HttpRoutes routes() {
        SiteGuard guard = new SiteGuard(config.node().publicAddresses());
        return new HttpRoutes(new HttpRoutes.Parts(
                new NodePage(Version.current(), config, handshakes, metrics, door::open, links::reports),
                readiness,
                new HandshakeRoute(decoder, path, handshakes, access, metrics),
                new BroadcastRoute(decoder, path, budgets),
                new HistoryRoutes(kept.readers(), kept.mark(), metrics),
                new PublishRoute(router, guard, config.applications().mayPublish()),
                access,
                budgets,
                metrics.faults(),
                guard,
                config.node().isPublic()));
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
        return router;
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
        return live;
    }

    /** What the connections hold. */
    public MemoryBudget memory() {
        return memory;
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

    /** From now on {@link #drain} does it as these say. Any thread. */
    public void letPeersGoAs(DrainSettings settings) {
        end.letPeersGoAs(settings);
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
