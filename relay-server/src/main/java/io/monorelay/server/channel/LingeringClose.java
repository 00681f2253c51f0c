package io.monorelay.server.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that its last message arrives. Closing a socket while the other side still sends makes TCP reset
 * the connection, and a reset throws away what the other side has not read yet. So only our half is closed at first;
 * the caller throws away what still comes, until the other side closes too or the grace time is over. TLS says goodbye before
 * that in a message of its own.
 */
public final class LingeringClose {
    /** How long the other side has to take the last message and close. */
    private static final int GRACE_MILLIS = 1000;

    private LingeringClose() {}

    /** Writes the last message and ends the connection. On the event loop of the channel. */
    public static void after(Object lastMessage, Channel channel) {
        channel.writeAndFlush(lastMessage).addListener(sent -> closeOutput((ChannelFuture) sent));
        channel.eventLoop().schedule(() -> channel.close(), GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void closeOutput(ChannelFuture sent) {
        Channel channel = sent.channel();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (!sent.isSuccess() || !(channel instanceof DuplexChannel duplex)) {
            channel.close();
        } else if (tls == null) {
            duplex.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(said -> duplex.shutdownOutput());
        }
    }
}
