package io.monorelay.server.net;

import io.monorelay.metrics.Counters;
import io.monorelay.protocol.Fault;
import io.monorelay.server.http.HttpReply;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Tells from the first bytes of a connection what it speaks, has the handlers for that installed, and goes. A
 * connection that speaks nothing known is told so in HTTP and closed.
 */
final class Sniffer extends ByteToMessageDecoder {
    private static final byte[] REFUSAL =
            HttpReply.raw(Fault.UNKNOWN_PROTOCOL, "expected an HTTP/1.1 request on this port");

    private final List<Wire> wires;
    private final Counters<Fault> faults;

    Sniffer(List<Wire> wires, Counters<Fault> faults) {
        this.wires = wires;
        this.faults = faults;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        boolean undecided = false;
        for (Wire wire : wires) {
            switch (wire.match(in)) {
                case YES -> {
                    wire.install(ctx.pipeline());
                    ctx.pipeline().remove(this);
                    return;
                }
                case UNDECIDED -> undecided = true;
                case NO -> {}
            }
        }
        if (!undecided) {
            refuse(ctx, in);
        }
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf in) {
        faults.increment(Fault.UNKNOWN_PROTOCOL);
        in.skipBytes(in.readableBytes());
        ctx.channel().config().setAutoRead(false);
        ctx.writeAndFlush(ctx.alloc().buffer(REFUSAL.length).writeBytes(REFUSAL))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
