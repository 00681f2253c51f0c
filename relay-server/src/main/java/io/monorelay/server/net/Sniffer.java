package io.monorelay.server.net;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.channel.ConnectionFailure;
import io.monorelay.server.channel.LingeringClose;
import io.monorelay.server.http.HttpReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the first bytes of a connection what it speaks, has the handlers for that installed, hands them what has
 * come, and goes. A connection that speaks nothing known is told so in HTTP and closed.
 */
final class Sniffer extends ChannelInboundHandlerAdapter {
    private static final String EXPECTED = "expected an HTTP/1.1 request on this port";

    // fixed after construction
    private final List<Wire> wires;
    private final RelayMetrics metrics;

    // owned by the event loop
    /** What has come so far, while that is too little to tell. */
    private @Nullable ByteBuf undecided;

    private boolean refused;

    Sniffer(List<Wire> wires, RelayMetrics metrics) {
        this.wires = wires;
        this.metrics = metrics;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            route(ctx, joined((ByteBuf) message));
        }
    }

    private ByteBuf joined(ByteBuf more) {
        ByteBuf before = undecided;
        if (before == null) {
            return more;
        }
        undecided = null;
        return Unpooled.wrappedBuffer(before, more);
    }

    private void route(ChannelHandlerContext ctx, ByteBuf start) {
        try {
            offer(ctx, start);
        } catch (ProtocolException fault) {
            refuse(ctx, start, fault);
        }
    }

    private void offer(ChannelHandlerContext ctx, ByteBuf start) throws ProtocolException {
        boolean open = false;
        for (Wire wire : wires) {
            switch (wire.offer(ctx, start)) {
                case TAKEN -> {
                    handOver(ctx, start);
                    return;
                }
                case UNDECIDED -> open = true;
                case NOT_MINE -> {}
            }
        }
        if (open) {
            undecided = start;
        } else {
            throw new ProtocolException(Fault.UNKNOWN_PROTOCOL, EXPECTED);
        }
    }

    private void handOver(ChannelHandlerContext ctx, ByteBuf start) {
        ctx.pipeline().remove(this);
        if (start.isReadable()) {
            ctx.fireChannelRead(start);
        } else {
            start.release();
        }
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf start, ProtocolException fault) {
        refused = true;
        start.release();
        metrics.faults().increment(fault.fault());
        LingeringClose.after(Unpooled.wrappedBuffer(HttpReply.raw(fault.fault(), fault.info())), ctx.channel());
    }

    /** The one before this on a connection with TLS has ended its handshake. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            metrics.faults().increment(Fault.TLS_HANDSHAKE);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.note(ctx.channel(), cause, metrics);
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf rest = undecided;
        undecided = null;
        if (rest != null) {
            rest.release();
        }
    }
}
