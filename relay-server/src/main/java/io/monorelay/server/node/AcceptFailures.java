package io.monorelay.server.node;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a port when the system has no socket to give for a connection that has come, as when descriptors have run
 * out: it is left alone for a while, in which the connections wait, and is tried again, so that an event loop does not turn
 * on what cannot be had. Owned by the event loop of the port.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
    private static final int PAUSE_MILLIS = 1000;

    /** Where some are accepted in between, it is not said every time. */
    private static final int SECONDS_BETWEEN_LINES = 60;

    private final Counters<Refusal> refusals;

    // owned by the event loop
    private boolean failing;
    private boolean said;
    private long nextLineNanos;

    AcceptFailures(Counters<Refusal> refusals) {
        this.refusals = refusals;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        nextLineNanos = ctx.executor().ticker().nanoTime();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object connection) {
        if (failing) {
            failing = false;
            sayThatItIsOver(ctx.channel());
        }
        ctx.fireChannelRead(connection);
    }

    /** What happens to an accepted connection does not come here. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refusals.increment(Refusal.NOT_ACCEPTED);
        failing = true;
        say(ctx, cause);
        Channel port = ctx.channel();
        port.config().setAutoRead(false);
        ctx.executor().schedule(() -> port.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void say(ChannelHandlerContext ctx, Throwable cause) {
        long now = ctx.executor().ticker().nanoTime();
        if (!said && now - nextLineNanos >= 0) {
            said = true;
            nextLineNanos = now + TimeUnit.SECONDS.toNanos(SECONDS_BETWEEN_LINES);
            LOG.warn(
                    "no connection can be accepted at {}, which is tried again every {} ms: {}",
                    ctx.channel().localAddress(),
                    PAUSE_MILLIS,
                    cause.getMessage());
        }
    }

    private void sayThatItIsOver(Channel port) {
        if (said) {
            said = false;
            LOG.info("connections are accepted again at {}", port.localAddress());
        }
    }
}
