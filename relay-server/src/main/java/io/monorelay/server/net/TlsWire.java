package io.monorelay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/**
 * TLS: begins with a record that has part of a handshake, of version 3 of what was SSL (RFC 8446, section 5.1).
 *
 * @param installer puts the handler of TLS at the end of a pipeline, and a sniffer for what is inside
 */
record TlsWire(Consumer<ChannelPipeline> installer) implements Wire {
    private static final byte[] HANDSHAKE_RECORD = {22, 3};

    @Override
    public Answer offer(ChannelHandlerContext ctx, ByteBuf start) {
        int length = Math.min(start.readableBytes(), HANDSHAKE_RECORD.length);
        for (int i = 0; i < length; i++) {
            if (start.getByte(start.readerIndex() + i) != HANDSHAKE_RECORD[i]) {
                return Answer.NOT_MINE;
            }
        }
        if (length < HANDSHAKE_RECORD.length) {
            return Answer.UNDECIDED;
        }
        installer.accept(ctx.pipeline());
        return Answer.TAKEN;
    }
}
