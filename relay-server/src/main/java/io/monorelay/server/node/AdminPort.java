package io.monorelay.server.node;

import io.monorelay.fanout.LoopFanout;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.server.admin.AdminRoutes;
import io.monorelay.server.admin.AdminToken;
import io.monorelay.server.admin.BanRoutes;
import io.monorelay.server.admin.Exposition;
import io.monorelay.server.admin.FateRoute;
import io.monorelay.server.admin.LoopProbes;
import io.monorelay.server.admin.NodeGauges;
import io.monorelay.server.admin.PeerRoutes;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.http.Readiness;
import io.monorelay.server.http.SiteGuard;
import io.monorelay.server.net.AdminPipeline;
import io.monorelay.server.net.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The port for whoever operates the node. It has an event loop of its own: what is asked there takes no time from the
 * peers, and is answered also when they take all there is.
 */
final class AdminPort implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int CLOSE_MILLIS = 500;

    /**
     * What it shows, and what it may do.
     *
     * @param timeouts those of now
     * @param drain begins to end the node, and returns at once
     */
    record Parts(
            RelayConfig config,
            Transport transport,
            RelayMetrics metrics,
            KeptLog kept,
            Inward inward,
            AccessRules access,
            Readiness readiness,
            Supplier<RelayConfig.Timeouts> timeouts,
            Runnable drain) {}

    private final Parts parts;
    private final EventLoopGroup group;
    private final Exposition exposition;
    private final Channel listener;

    /** Opens the port, if the settings say where; null if not. */
    @MayBlock
    static @Nullable AdminPort open(Parts parts) throws StartException {
        if (parts.config().admin().listen().isEmpty()) {
            return null;
        }
        try {
            AdminToken token = AdminToken.read(parts.config().admin().tokenFile());
            return new AdminPort(parts, parts.config().admin().listen().get(), token);
        } catch (IOException unusable) {
            throw new StartException("admin.token-file: " + unusable.getMessage(), unusable);
        }
    }

    private AdminPort(Parts parts, RelayConfig.Listen where, AdminToken token) throws StartException {
        this.parts = parts;
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("relay-admin"), parts.transport().handlerFactory());
        EventLoop loop = group.next();
        exposition = new Exposition(
                parts.metrics(),
                gauges(),
                new LoopProbes(List.copyOf(parts.inward().loops().keySet()), loop));
        AdminPipeline pipeline = new AdminPipeline(
                parts.timeouts(),
                routes(token),
                parts.kept().mark().newQueue(loop),
                new Liveness(loop),
                parts.metrics());
        try {
            listener = Listening.at(
                    where,
                    parts.transport().server(parts.config().network().unsentBytes()),
                    group,
                    BACKLOG,
                    pipeline,
                    parts.metrics().refusals());
        } catch (StartException failure) {
            end();
            throw failure;
        }
    }

    private AdminRoutes routes(AdminToken token) {
        Map<EventLoop, LoopFanout> fanouts = new HashMap<>();
        parts.inward().loops().forEach((loop, context) -> fanouts.put(loop, context.fanout()));
        KeptLog kept = parts.kept();
        return new AdminRoutes(new AdminRoutes.Parts(
                new SiteGuard(parts.config().node().publicAddresses()),
                token,
                exposition,
                new PeerRoutes(parts.inward().live()),
                new BanRoutes(parts.access()),
                new FateRoute(kept.log().fates(), kept.mark(), kept.readers(), fanouts),
                parts.drain()));
    }

    private NodeGauges gauges() {
        KeptLog kept = parts.kept();
        Map<String, DoubleSupplier> connections = new LinkedHashMap<>();
        connections.put("websocket", this::webSockets);
        connections.put("events", this::streams);
        connections.put("http", () -> Math.max(parts.inward().door().open() - webSockets() - streams(), 0));
        Map<String, DoubleSupplier> readers = new LinkedHashMap<>();
        parts.inward()
                .loops()
                .values()
                .forEach(context -> readers.put("loop-" + readers.size(), context.fanout()::lag));
        readers.put("store", kept::storeLag);
        return new NodeGauges(
                connections,
                readers,
                kept.log()::heldMessages,
                kept.log()::heldBytes,
                parts.inward().memory(),
                () -> parts.readiness().reasons().isEmpty() ? 1 : 0,
                kept.commitTimes());
    }

    private long webSockets() {
        return difference(Traffic.WEBSOCKETS_OPENED, Traffic.WEBSOCKETS_CLOSED);
    }

    private long streams() {
        return difference(Traffic.STREAMS_OPENED, Traffic.STREAMS_CLOSED);
    }

    private long difference(Traffic opened, Traffic closed) {
        long ended = parts.metrics().traffic().count(closed);
        return parts.metrics().traffic().count(opened) - ended;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    @MayBlock
    public void close() {
        end();
    }

    @MayBlock
    private void end() {
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2L * CLOSE_MILLIS);
        exposition.close();
    }
}
