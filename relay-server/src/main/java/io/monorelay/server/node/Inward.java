package io.monorelay.server.node;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
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
import io.monorelay.relay.LatePath;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Router;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Doorkeeper;
import io.monorelay.server.admission.LiveConnections;
import io.monorelay.server.channel.HeldMemory;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.channel.MemoryBudget;
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
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything by which others call the relay: who is let in, on which terms, and what serves them on each event loop. */
final class Inward {
    /** Unlike Netty's default, it also pools the duplicates of its buffers, one of which each peer gets of each batch. */
    private static final ByteBufAllocator BATCHES = PooledByteBufAllocator.DEFAULT;

    /** What it needs of the relay. */
    record Parts(
            RelayConfig config,
            Limits limits,
            InstantSource clock,
            NodeIdentity identity,
            Ed25519 ed25519,
            InboundDecoder decoder,
            AccessRules access,
            KeptLog kept,
            MessagePath path,
            LatePath late,
            KeyDirectory directory,
            Outward outward,
            Links links,
            Readiness readiness,
            RelayMetrics metrics,
            Transport transport,
            EventLoopGroup group,
            int loopCount) {}

    private final Parts parts;
    private final RelayConfig config;
    private final AccessRules access;
    private final Doorkeeper door;
    private final Budgets budgets;
    private final MemoryBudget memory;
    private final TrustedRelays trusted;
    private final Handshakes handshakes;
    private final PublishRoute publications;
    private final SiteGuard guard;
    private final Map<EventLoop, LoopContext> loops = new HashMap<>();
    private final LiveConnections live;
    private final Router router;

    /** Null until it listens. */
    private volatile @Nullable Pipelines pipelines;

    Inward(Parts parts) {
        this.parts = parts;
        config = parts.config();
        access = parts.access();
        door = new Doorkeeper(
                config.access(),
                config.proxies(),
                config.network().maxConnections(),
                access,
                parts.metrics().refusals(),
                System::nanoTime);
        budgets = new Budgets(config.budgets(), config.access(), door::open, System::nanoTime);
        MemoryPlan.Shares shares = config.memory().shares();
        memory = new MemoryBudget(shares.inboundBytes(), shares.outboundBytes());
        trusted = new TrustedRelays(config.links(), parts.kept().links());
        handshakes = new Handshakes(
                parts.identity(), parts.ed25519(), config, parts.limits(), parts.clock(), parts.outward());
        buildLoops();
        live = watchLive();
        router = newRouter();
        guard = new SiteGuard(config.node().publicAddresses());
        publications = new PublishRoute(
                router,
                guard,
                config.applications().mayPublish(),
                budgets,
                parts.metrics().faults());
    }

    private LiveConnections watchLive() {
        LiveConnections connections = new LiveConnections(
                loops.values().stream().map(LoopContext::liveness).toList(), parts.clock());
        access.enforceOn(connections);
        parts.group().next().scheduleAtFixedRate(access::expire, 1, 1, TimeUnit.SECONDS);
        return connections;
    }

    private Router newRouter() {
        EventLoop loop = parts.group().next();
        return new Router(
                new MessageSigner(parts.identity(), Form.MONOCHAIN),
                parts.decoder(),
                parts.path(),
                parts.clock(),
                loop,
                Objects.requireNonNull(loops.get(loop)).commits());
    }

    private void buildLoops() {
        RelayConfig.FanoutSettings fanout = config.fanout();
        long laggardBytes = Math.max(fanout.laggardBytes() / parts.loopCount(), fanout.maxBatchBytes());
        FanoutLimits bounds = new FanoutLimits(
                        fanout.flushInterval().toNanos(), fanout.maxBatchBytes(), laggardBytes, fanout.slowPeers())
                .withCompression(config.compression().terms());
        for (EventExecutor executor : parts.group()) {
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, contextOf(loop, bounds));
        }
    }

    private LoopContext contextOf(EventLoop loop, FanoutLimits bounds) {
        KeptLog kept = parts.kept();
        @Nullable NodeKey streamed = config.node().isPublic() ? null : handshakes.key();
        CommitQueue commits = kept.mark().newQueue(loop);
        FanoutSource source = new FanoutSource(kept.log(), kept.readers(), kept.mark(), commits, streamed);
        LoopFanout fanout = new LoopFanout(loop, source, BATCHES, bounds, parts.metrics(), System::nanoTime);
        return new LoopContext(
                fanout,
                new Liveness(loop, new HeldMemory(loop, memory, fanout::sharedBytes)),
                commits,
                parts.decoder(),
                parts.path(),
                parts.late(),
                trusted,
                handshakes,
                access,
                budgets,
                parts.directory(),
                parts.outward().book(),
                kept.readers(),
                kept.positions(),
                parts.metrics());
    }

    /** Accepts connections from now on. */
    @MayBlock
    Channel listen() throws StartException {
        Pipelines served = new Pipelines(config, routes(), loops, door, access, startTls());
        pipelines = served;
        return Listening.at(
                config.listen(),
                parts.transport().server(config.network().unsentBytes()),
                parts.group(),
                config.network().backlog(),
                served,
                parts.metrics().refusals());
    }

    private @Nullable ServerTls startTls() throws StartException {
        if (config.tls().isEmpty()) {
            return null;
        }
        try {
            ServerTls tls = ServerTls.start(config.tls().get());
            parts.group().terminationFuture().addListener(ended -> tls.close());
            return tls;
        } catch (IOException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private HttpRoutes routes() {
        RelayMetrics metrics = parts.metrics();
        KeptLog kept = parts.kept();
        return new HttpRoutes(new HttpRoutes.Parts(
                new NodePage(Version.current(), config, handshakes, metrics, door::open, parts.links()::reports),
                parts.readiness(),
                new HandshakeRoute(parts.decoder(), parts.path(), handshakes, access, metrics),
                new BroadcastRoute(parts.decoder(), parts.path(), budgets),
                new HistoryRoutes(kept.readers(), kept.mark(), budgets, metrics),
                publications,
                access,
                budgets,
                metrics.faults(),
                guard,
                config.node().isPublic()));
    }

    /** From now on that configuration holds, as far as it can change while a node runs. Any thread. */
    void use(RelayConfig changed) {
        access.use(changed.access());
        door.use(changed.access(), changed.proxies(), changed.network().maxConnections());
        budgets.use(changed.budgets(), changed.access());
        trusted.use(changed.links());
        handshakes.use(changed);
        publications.use(changed.applications().mayPublish());
        Pipelines serving = pipelines;
        if (serving != null) {
            serving.use(changed);
        }
    }

    Doorkeeper door() {
        return door;
    }

    /** What each event loop's connections work with. */
    Map<EventLoop, LoopContext> loops() {
        return loops;
    }

    LiveConnections live() {
        return live;
    }

    /** What the connections hold. */
    MemoryBudget memory() {
        return memory;
    }

    /** Sends this node's own messages. */
    Router router() {
        return router;
    }
}
