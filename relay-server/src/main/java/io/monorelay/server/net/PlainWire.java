package io.monorelay.server.net;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** HTTP in the clear where TLS is required: it is told so, and no more. */
record PlainWire() implements Wire {
    @Override
    public Answer offer(ChannelHandlerContext ctx, ByteBuf start) throws ProtocolException {
        Answer answer = HttpWire.match(start);
        if (answer == Answer.TAKEN) {
            throw new ProtocolException(Fault.TLS_REQUIRED, "expected TLS on this port: https or wss");
        }
        return answer;
    }
}
