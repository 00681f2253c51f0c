package io.monorelay.server.forward;

import io.monorelay.server.forward.CallResult.Answer;
import io.monorelay.server.forward.CallResult.Failure;
import io.monorelay.server.forward.CallResult.Garbage;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way to one node: one call at a time, over a connection that is kept for the next call when the node agrees.
 *
 * <p>A node may close a kept connection at the moment at which the next request goes out. Then the call is made once
 * more on a new one: whether the node has seen the request is not known, and asking twice does no harm, since every
 * request of the protocol may be repeated.
 *
 * <p>Everything here belongs to the event loop of the caller.
 */
final class HttpLine {
    /** How long a connection is kept without a call; less than a relay waits by default. */
    private static final int KEEP_SECONDS = 30;

    /** How many addresses of one name are tried in a call. */
    private static final int MAX_ADDRESSES = 3;

    // fixed after construction
    private final HttpCaller caller;
    private final EventLoop loop;
    private final URI reference;

    // owned by the event loop
    private @Nullable Exchange current;
    private @Nullable Channel kept;
    private @Nullable Future<?> keepTimer;

    HttpLine(HttpCaller caller, URI reference) {
        this.caller = caller;
        this.loop = caller.loop();
        this.reference = reference;
    }

    /**
     * Makes a call.
     *
     * @param onResult told of the result, later and on the event loop; never, if the line is closed before
     */
    void call(HttpCall call, Consumer<CallResult> onResult) {
        assert loop.inEventLoop();
        if (current != null) {
            throw new IllegalStateException("there is a call to " + reference + " already");
        }
        Exchange exchange = new Exchange(call, onResult);
        current = exchange;
        long timeoutNanos = caller.timeout().toNanos();
        exchange.deadline = loop.schedule(() -> timeOut(exchange), timeoutNanos, TimeUnit.NANOSECONDS);
        Channel open = takeKept();
        if (open == null) {
            dial(exchange);
        } else {
            exchange.onKept = true;
            send(exchange, open);
        }
    }

    /** Hangs up. Who waits for a result hears nothing. */
    void close() {
        assert loop.inEventLoop();
        Exchange exchange = current;
        if (exchange != null) {
            end(exchange);
        }
        closeKept();
    }

    private void closeKept() {
        Channel open = takeKept();
        if (open != null) {
            open.close();
        }
    }

    private void dial(Exchange exchange) {
        caller.resolver()
                .resolve(reference)
                .whenComplete((addresses, failed) -> loop.execute(() -> onResolved(exchange, addresses, failed)));
    }

    private void onResolved(
            Exchange exchange, @Nullable List<InetSocketAddress> addresses, @Nullable Throwable failed) {
        if (addresses == null) {
            finish(exchange, new Failure("the address of " + reference + " is not known: " + failed));
        } else if (exchange == current) {
            connect(exchange, addresses.subList(0, Math.min(addresses.size(), MAX_ADDRESSES)));
        }
    }

    private void connect(Exchange exchange, List<InetSocketAddress> addresses) {
        ChannelFuture connected = caller.connect(reference, addresses.get(0), this);
        exchange.channel = connected.channel();
        connected.addListener(done -> onConnected(exchange, connected, addresses));
    }

    private void onConnected(Exchange exchange, ChannelFuture connected, List<InetSocketAddress> addresses) {
        if (exchange != current) {
            connected.channel().close();
        } else if (connected.isSuccess()) {
            send(exchange, connected.channel());
        } else if (addresses.size() > 1) {
            connect(exchange, addresses.subList(1, addresses.size()));
        } else {
            finish(exchange, new Failure("cannot connect to " + reference + ": " + connected.cause()));
        }
    }

    private void send(Exchange exchange, Channel channel) {
        exchange.channel = channel;
        channel.writeAndFlush(exchange.call.requestTo(reference)).addListener(written -> {
            if (!written.isSuccess()) {
                onBroken(channel, "cannot write to " + reference + ": " + written.cause());
            }
        });
    }

    /** An answer came in; of no use if it is not the one that was asked for. */
    void onAnswer(Channel channel, FullHttpResponse response) {
        Exchange exchange = current;
        if (response.decoderResult().isFailure()) {
            onGarbage(channel, String.valueOf(response.decoderResult().cause()));
        } else if (exchange == null || !channel.equals(exchange.channel)) {
            onBroken(channel, "an answer that nobody asked for from " + reference);
            channel.close();
        } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            exchange.channel = null;
            keepOrClose(exchange.call, channel, response);
            finish(exchange, new Answer(response.status().code(), ByteBufUtil.getBytes(response.content())));
        }
    }

    /** What came over a connection is no HTTP, or more than is read. */
    void onGarbage(Channel channel, String what) {
        Exchange exchange = current;
        if (exchange != null && channel.equals(exchange.channel)) {
            finish(exchange, new Garbage("no HTTP from " + reference + ": " + what));
        } else {
            onBroken(channel, what);
            channel.close();
        }
    }

    /** A connection is of no more use. */
    void onBroken(Channel channel, String reason) {
        if (channel.equals(kept)) {
            takeKept();
        }
        Exchange exchange = current;
        if (exchange == null || !channel.equals(exchange.channel)) {
            return;
        }
        if (exchange.onKept) {
            exchange.onKept = false;
            exchange.channel = null;
            dial(exchange);
        } else {
            finish(exchange, new Failure(reason));
        }
    }

    private void keepOrClose(HttpCall call, Channel channel, FullHttpResponse response) {
        if (!call.keepsAlive() || !HttpUtil.isKeepAlive(response)) {
            channel.close();
            return;
        }
        kept = channel;
        keepTimer = loop.schedule(this::closeKept, KEEP_SECONDS, TimeUnit.SECONDS);
    }

    private @Nullable Channel takeKept() {
        Channel open = kept;
        kept = null;
        if (keepTimer != null) {
            keepTimer.cancel(false);
            keepTimer = null;
        }
        return open;
    }

    private void timeOut(Exchange exchange) {
        finish(exchange, new Failure("no answer from " + reference + " within " + caller.timeout()));
    }

    private void finish(Exchange exchange, CallResult result) {
        if (exchange == current) {
            end(exchange);
            exchange.onResult.accept(result);
        }
    }

    private void end(Exchange exchange) {
        current = null;
        if (exchange.deadline != null) {
            exchange.deadline.cancel(false);
        }
        if (exchange.channel != null) {
            exchange.channel.close();
        }
    }

    @Override
    public String toString() {
        return reference.toString();
    }

    /** A call on its way. */
    private static final class Exchange {
        private final HttpCall call;
        private final Consumer<CallResult> onResult;
        private @Nullable Future<?> deadline;
        private @Nullable Channel channel;
        private boolean onKept;

        Exchange(HttpCall call, Consumer<CallResult> onResult) {
            this.call = call;
            this.onResult = onResult;
        }
    }
}
