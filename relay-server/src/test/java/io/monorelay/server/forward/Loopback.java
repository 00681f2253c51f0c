package io.monorelay.server.forward;

import io.monorelay.refs.AddressPolicy;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** An event loop of its own, and calls from it that stay on this machine. */
final class Loopback implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final SslContext tls;

    Loopback() throws SSLException {
        this(HttpCaller.trustingTheSystem());
    }

    Loopback(SslContext tls) {
        this.tls = tls;
    }

    EventLoop loop() {
        return loop;
    }

    /** Calls loopback addresses, and takes every name for one. */
    HttpCaller caller(Duration timeout) {
        return caller(new AddressPolicy(true), timeout);
    }

    HttpCaller caller(AddressPolicy policy, Duration timeout) {
        return caller(
                new AddressResolver(policy, host -> new InetAddress[] {InetAddress.getLoopbackAddress()}), timeout);
    }

    HttpCaller caller(AddressResolver resolver, Duration timeout) {
        return new HttpCaller(loop, NioSocketChannel::new, resolver, tls, timeout);
    }

    /** Makes a call and waits for what comes of it. */
    CallResult call(HttpLine line, HttpCall call) {
        return await(result -> line.call(call, result));
    }

    /** Runs a task on the loop that hands over its result some time, and waits for that. */
    <T> T await(Consumer<Consumer<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> task.accept(result::complete));
        return result.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, PATIENCE.toSeconds(), TimeUnit.SECONDS).awaitUninterruptibly(PATIENCE.toMillis());
    }
}
