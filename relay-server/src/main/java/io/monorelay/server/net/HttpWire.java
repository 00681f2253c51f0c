package io.monorelay.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/** HTTP/1: begins with a method, capital letters and a space (RFC 9112, section 3). */
record HttpWire(Consumer<ChannelPipeline> installer) implements Wire {
    private static final int MAX_METHOD_LENGTH = 16;

    @Override
    public Match match(ByteBuf start) {
        int length = Math.min(start.readableBytes(), MAX_METHOD_LENGTH + 1);
        for (int i = 0; i < length; i++) {
            int character = start.getByte(start.readerIndex() + i);
            if (character == ' ') {
                return i == 0 ? Match.NO : Match.YES;
            }
            if (character < 'A' || character > 'Z') {
                return Match.NO;
            }
        }
        return length > MAX_METHOD_LENGTH ? Match.NO : Match.UNDECIDED;
    }

    @Override
    public void install(ChannelPipeline pipeline) {
        installer.accept(pipeline);
    }
}
