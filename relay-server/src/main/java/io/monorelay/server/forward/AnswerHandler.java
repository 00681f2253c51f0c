package io.monorelay.server.forward;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.FullHttpResponse;
import javax.net.ssl.SSLException;

/** The end of the pipeline of a call: hands answers and faults to its line. */
final class AnswerHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final HttpLine line;

    AnswerHandler(HttpLine line) {
        this.line = line;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        line.onAnswer(context.channel(), response);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        line.onBroken(context.channel(), line + " closed the connection without an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A handshake of TLS that fails may be the doing of somebody in between.
        if (cause instanceof DecoderException && !(cause.getCause() instanceof SSLException)) {
            line.onGarbage(context.channel(), cause.toString());
        } else {
            line.onBroken(context.channel(), "the connection to " + line + " is broken: " + cause);
            context.close();
        }
    }
}
