package io.monorelay.server.net;

import io.monorelay.metrics.Traffic;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.config.Proxies;
import io.monorelay.server.http.UpgradeRequest;
import io.monorelay.server.http.UpgradeScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetAddress;

/**
 * A WebSocket whose whole upgrade request has come at once and is as every client writes it. It never sees an HTTP
 * handler. Every other one begins as HTTP.
 *
 * @param pipelines puts the WebSocket's handler in
 */
record WebSocketWire(Pipelines pipelines, Proxies proxies) implements Wire {
    @Override
    public Answer offer(ChannelHandlerContext ctx, ByteBuf start) {
        int from = start.readerIndex();
        UpgradeRequest asked = isOfProxy(ctx.channel()) ? null : UpgradeScanner.scan(start);
        if (asked == null) {
            return Answer.NOT_MINE;
        }
        // Who has to be refused gets the answer of HTTP.
        if ((!asked.v2() && pipelines.requireProof()) || !isPaid(asked, ctx.channel())) {
            start.readerIndex(from);
            return Answer.NOT_MINE;
        }
        UpgradeRequest request = pipelines.granted(asked);
        pipelines.contextOf(ctx.channel()).metrics().traffic().increment(Traffic.HTTP_REQUESTS);
        ctx.write(Unpooled.wrappedBuffer(request.rawResponse()), ctx.voidPromise());
        pipelines.installWebSocket(ctx.channel(), request);
        ctx.flush();
        return Answer.TAKEN;
    }

    private boolean isPaid(UpgradeRequest asked, Channel channel) {
        InetAddress from = ClientAddress.of(channel).getAddress();
        return pipelines.contextOf(channel).budgets().ofRequests(from).tryPay(asked.cost()) == 0;
    }

    /** A proxy's request may say in a header where the client is. */
    private boolean isOfProxy(Channel channel) {
        return proxies.trust(ClientAddress.of(channel).getAddress());
    }
}
