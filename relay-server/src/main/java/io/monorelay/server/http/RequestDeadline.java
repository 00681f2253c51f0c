package io.monorelay.server.http;

import io.monorelay.metrics.Counters;
import io.monorelay.protocol.Fault;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose next request is not complete in time: from the first byte on a request may take so long,
 * however slowly its bytes come; and between two requests a connection may be idle for so long.
 */
public final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private static final byte[] TIMED_OUT =
            HttpReply.raw(Fault.REQUEST_TIMEOUT, "the request was not complete in time");

    private final Duration request;
    private final Duration keepAlive;
    private final Counters<Fault> faults;
    private boolean inRequest;
    private boolean answeredBefore;
    private @Nullable Future<?> timer;

    public RequestDeadline(Duration request, Duration keepAlive, Counters<Fault> faults) {
        this.request = request;
        this.keepAlive = keepAlive;
        this.faults = faults;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        setTimer(ctx, request);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        cancelTimer();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!inRequest) {
            inRequest = true;
            if (answeredBefore) {
                setTimer(ctx, request);
            }
        }
        ctx.fireChannelRead(message);
    }

    /** A request has been answered: from now on the connection is idle. */
    void onAnswered(ChannelHandlerContext ctx) {
        inRequest = false;
        answeredBefore = true;
        setTimer(ctx, keepAlive);
    }

    private void setTimer(ChannelHandlerContext ctx, Duration fromNow) {
        cancelTimer();
        timer = ctx.executor().schedule(() -> onTimer(ctx), fromNow.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        Future<?> set = timer;
        if (set != null) {
            set.cancel(false);
        }
    }

    private void onTimer(ChannelHandlerContext ctx) {
        if (inRequest) {
            faults.increment(Fault.REQUEST_TIMEOUT);
            ctx.writeAndFlush(ctx.alloc().buffer(TIMED_OUT.length).writeBytes(TIMED_OUT))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            ctx.close();
        }
    }
}
