package io.monorelay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;

/** Stands for the handlers of a protocol: it keeps what comes. */
final class ReceivedBytes extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream received;

    ReceivedBytes(ByteArrayOutputStream received) {
        this.received = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        received.writeBytes(ByteBufUtil.getBytes(bytes));
        bytes.release();
    }
}
