package io.monorelay.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * Every pipeline of the client. It begins as TLS, HTTP and the upgrade; once the relay has switched protocols, TLS and
 * one handler for the WebSocket are left. A proxy, where there is one, only passes on from then on.
 *
 * <pre>
 *   dialled    [proxy] [tls] http upgrade
 *   open       [proxy] [tls] link
 * </pre>
 */
final class ClientPipeline {
    private static final int MAX_STATUS_LINE_BYTES = 4096;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_CHUNK_BYTES = 8 * 1024;

    private ClientPipeline() {}

    /** The handlers of a connection that is being dialled. */
    static ChannelInitializer<Channel> dialling(
            LinkSession session, @Nullable SslContext tls, @Nullable ChannelHandler proxy) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (proxy != null) {
                    channel.pipeline().addLast(proxy);
                }
                if (tls != null) {
                    channel.pipeline().addLast(tlsHandler(channel, session, tls));
                }
                channel.pipeline()
                        .addLast(new HttpClientCodec(MAX_STATUS_LINE_BYTES, MAX_HEAD_BYTES, MAX_CHUNK_BYTES))
                        .addLast(new UpgradeHandler(session));
            }
        };
    }

    /** Puts the WebSocket in the place of the upgrade; what came after the relay's 101 goes to it. */
    static void upgraded(ChannelPipeline pipeline, LinkSession session, boolean deflate) {
        pipeline.replace(UpgradeHandler.class, "link", new LinkHandler(pipeline.channel(), session, deflate));
        pipeline.remove(HttpClientCodec.class);
    }

    private static SslHandler tlsHandler(Channel channel, LinkSession session, SslContext tls) {
        RelayAddress address = session.address();
        SslHandler handler = tls.newHandler(channel.alloc(), address.host(), address.port());
        handler.setHandshakeTimeoutMillis(session.limits().open().toMillis());
        return handler;
    }
}
