package io.monorelay.server.http;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.channel.ConnectionFailure;
import io.monorelay.server.config.Proxies;
import io.monorelay.store.CommitQueue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one HTTP connection, of which the {@link RequestGate} lets one at a time through, or turns it
 * into a WebSocket or an event stream. Owned by the event loop of its channel.
 */
public final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    // fixed after construction
    private final Routes routes;
    private final Upgrader upgrader;
    private final CommitQueue commits;
    private final Proxies proxies;
    private final RelayMetrics metrics;

    // owned by the event loop
    private @Nullable Reply due;
    /** Where the requests come from, if that is a proxy whose header says where the client of each is. */
    private @Nullable InetSocketAddress proxy;

    /**
     * @param commits of the event loop
     * @param proxies whose header says where the client of a request is
     */
    public HttpHandler(Routes routes, Upgrader upgrader, CommitQueue commits, Proxies proxies, RelayMetrics metrics) {
        this.routes = routes;
        this.upgrader = upgrader;
        this.commits = commits;
        this.proxies = proxies;
        this.metrics = metrics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        InetSocketAddress from = ClientAddress.of(ctx.channel());
        proxy = proxies.trust(from.getAddress()) ? from : null;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        metrics.traffic().increment(Traffic.HTTP_REQUESTS);
        boolean readable = request.decoderResult().isSuccess();
        Reply reply = new Reply(ctx, readable && HttpUtil.isKeepAlive(request));
        due = reply;
        try {
            serve(ctx, request, reply);
        } catch (ProtocolException fault) {
            metrics.faults().increment(fault.fault());
            reply.send(HttpReply.fault(fault.fault(), fault.info()));
        }
        reply.comesLater = true;
    }

    private void serve(ChannelHandlerContext ctx, FullHttpRequest request, Reply reply) throws ProtocolException {
        if (request.decoderResult().isFailure()) {
            throw unreadable(request.decoderResult().cause());
        }
        if (proxy != null) {
            ClientAddress.set(ctx.channel(), ForwardedHeader.client(request.headers(), proxies, proxy));
        }
        if (UpgradeRequest.isOne(request)) {
            routes.checkUpgrade(request, reply);
            UpgradeRequest granted = upgrader.granted(UpgradeRequest.of(request));
            requireRoom(ctx.channel());
            if (routes.isUpgradePaid(granted, reply)) {
                upgrade(ctx, granted);
            }
        } else {
            routes.answer(request, reply);
        }
    }

    /** Behind a proxy it is known by now where the client is, and how much more it has. */
    private void requireRoom(Channel channel) throws ProtocolException {
        if (!upgrader.admits(channel)) {
            throw new ProtocolException(
                    Fault.OVER_BUDGET, "too many connections of this client or its network; try again later");
        }
    }

    private static ProtocolException unreadable(Throwable cause) {
        return cause instanceof ProtocolException fault
                ? fault
                : new ProtocolException(Fault.BAD_HTTP_REQUEST, "expected an HTTP/1.1 request: " + cause.getMessage());
    }

    private void upgrade(ChannelHandlerContext ctx, UpgradeRequest request) {
        ctx.write(request.response(), ctx.voidPromise());
        upgrader.upgrade(ctx, request);
        ctx.flush();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event != RequestDeadline.Overdue.ANSWER) {
            ctx.fireUserEventTriggered(event);
        } else if (due == null) {
            ctx.close();
        } else {
            metrics.faults().increment(Fault.ANSWER_OVERDUE);
            due.send(HttpReply.retryLater(
                    Fault.ANSWER_OVERDUE, "no answer from the store yet; the same request can be sent again"));
        }
    }

    /** The client has gone, and with it whoever wanted an answer. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        due = null;
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.note(ctx.channel(), cause, metrics);
        ctx.close();
    }

    /** The answer to one request, which is sent once. */
    private final class Reply implements Responder {
        private final ChannelHandlerContext ctx;
        private final boolean keepAlive;
        /** Whether the reading that the request came with is over, which would have flushed the answer. */
        private boolean comesLater;

        Reply(ChannelHandlerContext ctx, boolean keepAlive) {
            this.ctx = ctx;
            this.keepAlive = keepAlive;
        }

        @Override
        public void send(FullHttpResponse response) {
            assert ctx.executor().inEventLoop();
            if (due != this) {
                response.release();
                return;
            }
            due = null;
            write(response);
            if (comesLater) {
                ctx.flush();
            }
        }

        private void write(FullHttpResponse response) {
            if (keepAlive) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
                ctx.write(response, ctx.voidPromise());
            } else {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                ctx.write(response).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void stream(StreamRequest request) throws ProtocolException {
            requireRoom(ctx.channel());
            due = null;
            upgrader.stream(ctx, request);
        }

        @Override
        public Executor owner() {
            return ctx.executor();
        }

        @Override
        public CommitQueue commits() {
            return commits;
        }

        @Override
        public InetAddress clientAddress() {
            return ClientAddress.of(ctx.channel()).getAddress();
        }

        @Override
        public String remoteAddress() {
            return ClientAddress.text(ctx.channel());
        }

        @Override
        public boolean isLocal() {
            return ctx.channel().localAddress() instanceof InetSocketAddress own
                    && own.getAddress().isLoopbackAddress();
        }
    }
}
