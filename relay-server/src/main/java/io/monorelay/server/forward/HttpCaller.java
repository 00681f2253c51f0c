package io.monorelay.server.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * Calls other nodes over HTTP: bounded in time and in the size of the answer, without blocking, and only at addresses
 * that an {@link AddressResolver} has let through. Redirects are not followed.
 *
 * <p>All its connections live on one event loop. One for addresses that strangers name has a resolver apart from the
 * one for nodes that are known: a name server that does not answer holds up the other look-ups of its resolver.
 */
public final class HttpCaller {
    /** The longest body of an answer. */
    static final int MAX_RESPONSE_BYTES = 64 * 1024;

    private final EventLoop loop;
    private final AddressResolver resolver;
    private final SslContext tls;
    private final Duration timeout;
    private final Bootstrap bootstrap;

    /**
     * @param loop on which everything happens
     * @param channels makes sockets that fit the loop
     * @param tls for https
     * @param timeout for a whole call, from looking up the name to the end of the answer
     */
    public HttpCaller(
            EventLoop loop,
            ChannelFactory<? extends Channel> channels,
            AddressResolver resolver,
            SslContext tls,
            Duration timeout) {
        this.loop = loop;
        this.resolver = resolver;
        this.tls = tls;
        this.timeout = timeout;
        bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis(timeout));
    }

    /** Trusts whom the Java runtime trusts, and requires that a certificate names the host that was dialled. */
    public static SslContext trustingTheSystem() throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
    }

    /** A way to the node at that address. Nothing is connected yet. */
    HttpLine line(URI reference) {
        return new HttpLine(this, reference);
    }

    EventLoop loop() {
        return loop;
    }

    AddressResolver resolver() {
        return resolver;
    }

    Duration timeout() {
        return timeout;
    }

    /** Dials an address that the resolver has let through for this reference; the line hears of what comes in. */
    ChannelFuture connect(URI reference, InetSocketAddress address, HttpLine line) {
        return bootstrap.clone().handler(new CallPipeline(reference, tls, line)).connect(address);
    }

    /** Leaves time for a second address when the first one does not answer. */
    private static int connectTimeoutMillis(Duration timeout) {
        return Math.clamp(timeout.toMillis() / 2, 1, Integer.MAX_VALUE);
    }
}
