package io.monorelay.server.http;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of one HTTP connection, one after the other, or turns it into a WebSocket. Owned by the event
 * loop of its channel.
 */
public final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpHandler.class);

    private final HttpRoutes routes;
    private final Upgrader upgrader;
    private final RequestDeadline deadline;
    private final RelayMetrics metrics;
    private boolean done;

    public HttpHandler(HttpRoutes routes, Upgrader upgrader, RequestDeadline deadline, RelayMetrics metrics) {
        this.routes = routes;
        this.upgrader = upgrader;
        this.deadline = deadline;
        this.metrics = metrics;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (done) {
            return;
        }
        metrics.traffic().increment(Traffic.HTTP_REQUESTS);
        try {
            serve(ctx, request);
        } catch (ProtocolException fault) {
            metrics.faults().increment(fault.fault());
            boolean unreadable = request.decoderResult().isFailure();
            answer(ctx, HttpReply.fault(fault.fault(), fault.info()), !unreadable && HttpUtil.isKeepAlive(request));
        }
    }

    private void serve(ChannelHandlerContext ctx, FullHttpRequest request) throws ProtocolException {
        if (request.decoderResult().isFailure()) {
            throw unreadable(request.decoderResult().cause());
        }
        if (UpgradeRequest.isOne(request)) {
            routes.checkUpgradePath(request);
            upgrade(ctx, UpgradeRequest.of(request));
        } else {
            answer(ctx, routes.answer(request, addressOf(ctx)), HttpUtil.isKeepAlive(request));
        }
    }

    private static ProtocolException unreadable(Throwable cause) {
        return new ProtocolException(Fault.BAD_HTTP_REQUEST, "expected an HTTP/1.1 request: " + cause.getMessage());
    }

    private static String addressOf(ChannelHandlerContext ctx) {
        SocketAddress address = ctx.channel().remoteAddress();
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(address);
    }

    private void upgrade(ChannelHandlerContext ctx, UpgradeRequest request) {
        done = true;
        ctx.write(request.response(), ctx.voidPromise());
        upgrader.upgrade(ctx, request.v2());
        ctx.flush();
    }

    private void answer(ChannelHandlerContext ctx, FullHttpResponse response, boolean keepAlive) {
        if (keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            ctx.write(response, ctx.voidPromise());
            deadline.onAnswered(ctx);
        } else {
            done = true;
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ctx.write(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        // A client that pipelines requests and reads no answers is read no further.
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause instanceof PrematureChannelClosureException) {
            LOG.debug("{}: {}", ctx.channel().remoteAddress(), cause.getMessage());
        } else {
            metrics.faults().increment(Fault.INTERNAL);
            LOG.error("closing the connection of {}", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }
}
