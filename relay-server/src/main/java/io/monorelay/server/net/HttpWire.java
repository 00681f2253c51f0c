package io.monorelay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/**
 * HTTP/1: begins with a method, capital letters and a space (RFC 9112, section 3).
 *
 * @param installer puts the HTTP handlers at the end of a pipeline
 */
record HttpWire(Consumer<ChannelPipeline> installer) implements Wire {
    private static final int MAX_METHOD_LENGTH = 16;

    @Override
    public Answer offer(ChannelHandlerContext ctx, ByteBuf start) {
        Answer answer = match(start);
        if (answer == Answer.TAKEN) {
            installer.accept(ctx.pipeline());
        }
        return answer;
    }

    static Answer match(ByteBuf start) {
        int length = Math.min(start.readableBytes(), MAX_METHOD_LENGTH + 1);
        for (int i = 0; i < length; i++) {
            int character = start.getByte(start.readerIndex() + i);
            if (character == ' ') {
                return i == 0 ? Answer.NOT_MINE : Answer.TAKEN;
            }
            if (character < 'A' || character > 'Z') {
                return Answer.NOT_MINE;
            }
        }
        return length > MAX_METHOD_LENGTH ? Answer.NOT_MINE : Answer.UNDECIDED;
    }
}
