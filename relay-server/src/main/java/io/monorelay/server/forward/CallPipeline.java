package io.monorelay.server.forward;

import io.monorelay.refs.AddressPolicy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.ssl.SslContext;
import java.net.URI;

/** The handlers of a connection to another node, in order: TLS for https, HTTP, whole answers, the line. */
final class CallPipeline extends ChannelInitializer<Channel> {
    private static final int MAX_STATUS_LINE_BYTES = 4096;
    private static final int MAX_HEADER_BYTES = 8192;

    private final URI reference;
    private final SslContext tls;
    private final HttpLine line;

    CallPipeline(URI reference, SslContext tls, HttpLine line) {
        this.reference = reference;
        this.tls = tls;
        this.line = line;
    }

    @Override
    protected void initChannel(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (reference.getScheme().equals("https")) {
            String host = AddressPolicy.hostOf(reference);
            pipeline.addLast(tls.newHandler(channel.alloc(), host, AddressPolicy.portOf(reference)));
        }
        pipeline.addLast(new HttpClientCodec(decoding(), false, false));
        pipeline.addLast(new HttpObjectAggregator(HttpCaller.MAX_RESPONSE_BYTES));
        pipeline.addLast(new AnswerHandler(line));
    }

    private static HttpDecoderConfig decoding() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES);
    }
}
