package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.config.Proxies;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/**
 * The PROXY protocol, version 1 or 2: a header with which a proxy says where the client is, before the client's own bytes.
 * Whoever is no trusted proxy is refused, as it would choose the address that it is known by.
 *
 * @param installer puts the handlers of the header at the end of a pipeline, and a sniffer for what follows it
 */
record ProxyWire(Proxies proxies, Consumer<ChannelPipeline> installer) implements Wire {
    private static final byte[] V1 = "PROXY ".getBytes(US_ASCII);
    private static final byte[] V2 = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    @Override
    public Answer offer(ChannelHandlerContext ctx, ByteBuf start) throws ProtocolException {
        Answer answer = begins(start, V1) == Answer.NOT_MINE ? begins(start, V2) : begins(start, V1);
        if (answer == Answer.TAKEN) {
            if (!proxies.trust(ClientAddress.of(ctx.channel()).getAddress())) {
                throw new ProtocolException(
                        Fault.PROXY_NOT_TRUSTED, "a PROXY header, expected only from addresses in proxy.trusted");
            }
            installer.accept(ctx.pipeline());
        }
        return answer;
    }

    private static Answer begins(ByteBuf start, byte[] signature) {
        int length = Math.min(start.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (start.getByte(start.readerIndex() + i) != signature[i]) {
                return Answer.NOT_MINE;
            }
        }
        return length == signature.length ? Answer.TAKEN : Answer.UNDECIDED;
    }
}
