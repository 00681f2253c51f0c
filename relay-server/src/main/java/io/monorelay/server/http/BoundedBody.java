package io.monorelay.server.http;

import io.monorelay.metrics.Counters;
import io.monorelay.protocol.Fault;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.util.ReferenceCountUtil;

/** Puts a request and its body together; a body over the limit is answered as soon as that is known. */
public final class BoundedBody extends HttpObjectAggregator {
    private final int maxBytes;
    private final Counters<Fault> faults;

    public BoundedBody(int maxBytes, Counters<Fault> faults) {
        super(maxBytes, true);
        this.maxBytes = maxBytes;
        this.faults = faults;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        faults.increment(Fault.TOO_LARGE);
        ReferenceCountUtil.release(oversized);
        FullHttpResponse response =
                HttpReply.fault(Fault.TOO_LARGE, "expected a body of at most " + maxBytes + " bytes");
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
