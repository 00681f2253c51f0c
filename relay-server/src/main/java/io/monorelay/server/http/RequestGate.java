package io.monorelay.server.http;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.channel.LingeringClose;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * Lets one request at a time through, so that pipelined ones are answered in order however long an answer takes. While
 * an answer is due, or the client does not read those that it got, nothing more is read from it; the parts of requests
 * that have been decoded by then are held here.
 */
public final class RequestGate extends ChannelDuplexHandler {
    /** How many unanswered requests the codec before this has to put up with: more than can come with one read. */
    public static final int MAX_DECODED = 4096;

    /** How many parts of requests are held at most: a client that sends more at once finds the rest unanswered. */
    static final int MAX_HELD = 1024;

    // fixed after construction
    private final RequestDeadline deadline;

    // owned by the event loop
    private final ArrayDeque<Object> held = new ArrayDeque<>(0);
    private boolean answerDue;
    private boolean passingHeld;
    /** Nothing more is taken; what was taken will be answered, and then the connection ends. */
    private boolean inputEnded;
    /** The client has ended its side. */
    private boolean clientEnded;
    /** The last answer has been given. */
    private boolean ended;

    public RequestGate(RequestDeadline deadline) {
        this.deadline = deadline;
    }

    // in: parts of requests

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object part) {
        if (inputEnded) {
            ReferenceCountUtil.release(part);
        } else if (held.isEmpty() && isOpen(ctx)) {
            pass(ctx, part);
        } else {
            hold(part);
        }
        controlReading(ctx);
    }

    private boolean isOpen(ChannelHandlerContext ctx) {
        return !answerDue && !ended && ctx.channel().isWritable();
    }

    private void hold(Object part) {
        if (held.size() == MAX_HELD) {
            inputEnded = true;
            ReferenceCountUtil.release(part);
            return;
        }
        if (part instanceof HttpRequest request && UpgradeRequest.isOne(request)) {
            // What follows it may have been taken for HTTP already.
            request.setDecoderResult(DecoderResult.failure(new ProtocolException(
                    Fault.BAD_UPGRADE, "expected the upgrade after the answer to the request before it")));
        }
        held.addLast(part);
    }

    private void pass(ChannelHandlerContext ctx, Object part) {
        boolean complete = part instanceof LastHttpContent;
        answerDue = complete;
        ctx.fireChannelRead(part);
        if (complete && answerDue && !ctx.isRemoved()) {
            deadline.onAnswerDue();
        }
    }

    // out: answers

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean isAnswer = message instanceof FullHttpResponse response && !isInterim(response);
        boolean isLast = isAnswer && !HttpUtil.isKeepAlive((FullHttpResponse) message);
        ctx.write(message, promise);
        if (isAnswer) {
            onAnswered(ctx, isLast);
        }
    }

    private static boolean isInterim(FullHttpResponse response) {
        return response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private void onAnswered(ChannelHandlerContext ctx, boolean isLast) {
        answerDue = false;
        deadline.onAnswered();
        if (isLast) {
            // Whoever gave the last answer ends the connection.
            ended = true;
            inputEnded = true;
            releaseHeld();
        }
        passHeld(ctx);
    }

    private void passHeld(ChannelHandlerContext ctx) {
        if (passingHeld) {
            return;
        }
        passingHeld = true;
        while (!held.isEmpty() && isOpen(ctx)) {
            Object part = held.removeFirst();
            if (part instanceof HttpRequest) {
                deadline.onBegun();
            }
            pass(ctx, part);
        }
        passingHeld = false;
        if (inputEnded && !ended && !answerDue && held.isEmpty()) {
            ended = true;
            end(ctx);
        }
        controlReading(ctx);
    }

    private void end(ChannelHandlerContext ctx) {
        if (clientEnded) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            // It may still be sending, and is not to lose its answers by that.
            LingeringClose.after(Unpooled.EMPTY_BUFFER, ctx.channel());
        }
    }

    // reading

    private void controlReading(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved()) {
            deadline.onPartsWait(!held.isEmpty());
            Channel channel = ctx.channel();
            channel.config().setAutoRead(channel.isWritable() && !answerDue);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        passHeld(ctx);
        ctx.flush();
        ctx.fireChannelWritabilityChanged();
    }

    /** A client may end its side when it has sent its requests, and still wait for the answers. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            clientEnded = true;
            if (!answerDue && held.isEmpty()) {
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended = true;
        releaseHeld();
        ctx.fireChannelInactive();
    }

    /** What is wrong with requests that are not looked at matters to nobody. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (inputEnded) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        releaseHeld();
    }

    private void releaseHeld() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }
}
