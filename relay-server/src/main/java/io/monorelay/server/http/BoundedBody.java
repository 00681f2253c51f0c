package io.monorelay.server.http;

import io.monorelay.metrics.Counters;
import io.monorelay.protocol.Fault;
import io.monorelay.server.channel.LingeringClose;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;

/** Puts a request and its body together; a body over the limit is answered as soon as that is known, and ends the connection. */
public final class BoundedBody extends HttpObjectAggregator {
    private final int maxBytes;
    private final Counters<Fault> faults;
    private boolean refused;

    public BoundedBody(int maxBytes, Counters<Fault> faults) {
        super(maxBytes, true);
        this.maxBytes = maxBytes;
        this.faults = faults;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(ctx, message);
        }
    }

    /** The caller releases what is oversized. */
    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        refused = true;
        LingeringClose.after(tooLarge(), ctx.channel());
    }

    /** The answer to a client that asks before it sends its body. */
    @Override
    protected Object newContinueResponse(HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
        Object answer = super.newContinueResponse(start, maxContentLength, pipeline);
        if (answer instanceof FullHttpResponse response
                && response.status().equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)) {
            response.release();
            return tooLarge();
        }
        return answer;
    }

    private FullHttpResponse tooLarge() {
        faults.increment(Fault.TOO_LARGE);
        FullHttpResponse response =
                HttpReply.fault(Fault.TOO_LARGE, "expected a body of at most " + maxBytes + " bytes");
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
