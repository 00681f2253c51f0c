package io.monorelay.peer;

import io.monorelay.protocol.CloseCode;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection that keeps what happens to it, and ends as the connections of a server do. */
public final class RecordedConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final int CLOSE_GRACE_MILLIS = 1000;

    private final Channel channel;
    private Runnable onEnd = () -> {};
    private boolean ended;
    private @Nullable CloseCode closedWith;
    private @Nullable Throwable failure;

    /** Puts itself at the end of the channel's pipeline. */
    public RecordedConnection(Channel channel) {
        this.channel = channel;
        channel.pipeline().addLast(this);
    }

    /** Calls that once, when the connection closes or is found dead. */
    public void onEnd(Runnable listener) {
        onEnd = listener;
    }

    /** The code that this side closed it with, or null. */
    public @Nullable CloseCode closedWith() {
        return closedWith;
    }

    /** What went wrong other than the network, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    public boolean hasEnded() {
        return ended;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (ended) {
            return;
        }
        closedWith = code;
        end();
        ByteBuf frame = channel.alloc().directBuffer();
        FrameWriter.writeClose(frame, code.code(), reason);
        channel.writeAndFlush(frame).addListener(sent -> channel.close());
        channel.eventLoop().schedule(() -> channel.close(), CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            failure = cause;
        }
        end();
        context.close();
    }

    private void end() {
        if (!ended) {
            ended = true;
            onEnd.run();
        }
    }
}
