package io.monorelay.server.net;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.config.Proxies;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.http.BoundedBody;
import io.monorelay.server.http.HttpHandler;
import io.monorelay.server.http.RequestDeadline;
import io.monorelay.server.http.Routes;
import io.monorelay.server.http.StreamRequest;
import io.monorelay.server.http.UpgradeRequest;
import io.monorelay.server.http.Upgrader;
import io.monorelay.store.CommitQueue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import java.util.function.Supplier;

/**
 * The pipeline of a connection to the admin port, which speaks HTTP and nothing else:
 *
 * <pre>
 * RequestDeadline → HttpServerCodec → RequestGate → BoundedBody → HttpHandler
 * </pre>
 */
public final class AdminPipeline extends ChannelInitializer<Channel> implements Upgrader {
    private static final int MAX_BODY_BYTES = 4096;

    private final Supplier<RelayConfig.Timeouts> timeouts;
    private final Routes routes;
    private final CommitQueue commits;
    private final Liveness liveness;
    private final RelayMetrics metrics;

    /**
     * @param commits of the event loop that all these connections are on, like the next
     */
    public AdminPipeline(
            Supplier<RelayConfig.Timeouts> timeouts,
            Routes routes,
            CommitQueue commits,
            Liveness liveness,
            RelayMetrics metrics) {
        this.timeouts = timeouts;
        this.routes = routes;
        this.commits = commits;
        this.liveness = liveness;
        this.metrics = metrics;
    }

    @Override
    protected void initChannel(Channel channel) {
        RelayConfig.Timeouts now = timeouts.get();
        RequestDeadline deadline = new RequestDeadline(channel, now.request(), now.keepAlive(), liveness, metrics);
        channel.pipeline().addLast(deadline);
        BoundedBody body = new BoundedBody(MAX_BODY_BYTES, metrics.faults());
        HttpHandler handler = new HttpHandler(routes, this, commits, Proxies.NONE, metrics);
        Pipelines.addHttp(channel.pipeline(), deadline, body, handler);
    }

    @Override
    public boolean admits(Channel channel) {
        return true;
    }

    @Override
    public void upgrade(ChannelHandlerContext ctx, UpgradeRequest granted) {
        throw new IllegalStateException("the routes of the admin port refuse every WebSocket");
    }

    @Override
    public void stream(ChannelHandlerContext ctx, StreamRequest request) {
        throw new IllegalStateException("the admin port has no streams");
    }
}
