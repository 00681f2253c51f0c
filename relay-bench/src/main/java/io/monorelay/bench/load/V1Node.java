package io.monorelay.bench.load;

import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A node as the original program is one, on one event loop: no subprotocol and no handshake, it answers every message that
 * it gets, and does not come back when it has lost its connection. Answers to it name no message: they come in order.
 */
final class V1Node implements LoadNode, Publishing.Wire {
    private static final int DEFAULT_PORT = 80;
    private static final long RETRY_MILLIS = 100;

    // fixed after construction
    private final Run run;
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final Account account = new Account();
    private final Inbox inbox;
    private final Publishing publishing;
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    // owned by the event loop
    private final ArrayDeque<Outgoing> unanswered = new ArrayDeque<>();
    private @Nullable V1Handler open;
    private boolean leaving;

    V1Node(int number, Run run, EventLoop loop, Class<? extends Channel> channelType) {
        this.run = run;
        this.loop = loop;
        this.channelType = channelType;
        inbox = new Inbox(number, run, account);
        publishing = new Publishing(number, loop, run, account, this);
    }

    @Override
    public CompletionStage<Void> connect() {
        URI relay = run.plan().relay();
        int port = relay.getPort() < 0 ? DEFAULT_PORT : relay.getPort();
        new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new V1Handler(this, relay.getHost() + ":" + port))
                .connect(relay.getHost(), port)
                .addListener((ChannelFuture dialled) -> {
                    if (dialled.cause() != null) {
                        run.tally().on(Event.LINKS_NOT_OPENED);
                        connected.completeExceptionally(dialled.cause());
                    }
                });
        return connected;
    }

    @Override
    public Publishing publishing() {
        return publishing;
    }

    @Override
    public Account account() {
        return account;
    }

    // from the connection

    void onOpen(V1Handler handler) {
        open = handler;
        connected.complete(null);
        publishing.onOpen();
    }

    void onText(V1Handler handler, byte[] text) {
        try {
            on(handler, decoder.decodeChecked(text));
        } catch (ProtocolException fault) {
            run.tally().on(Event.UNREADABLE);
        }
    }

    private void on(V1Handler handler, Inbound inbound) {
        Outgoing answered = inbound instanceof Inbound.Publish ? null : unanswered.poll();
        if (inbound instanceof Inbound.Publish publish) {
            inbox.onMessage(publish.message().data());
            handler.send(ReplyEncoder.v1Success());
        } else if (inbound instanceof Inbound.Success && answered != null) {
            publishing.onAccepted(answered);
        } else if (inbound instanceof Inbound.Refusal && answered != null) {
            publishing.onRefused(RETRY_MILLIS);
        } else {
            run.tally().on(Event.UNREADABLE);
        }
    }

    void onEnded(String why) {
        open = null;
        if (!leaving) {
            run.tally().on(Event.LINKS_LOST);
        }
        connected.completeExceptionally(new IllegalStateException("the relay closed the connection: " + why));
        ended.complete(null);
    }

    // from the publishing

    @Override
    public boolean isOpen() {
        return open != null;
    }

    @Override
    public void send(Outgoing message) {
        V1Handler handler = open;
        if (handler == null) {
            throw new IllegalStateException("nothing is sent before the connection is open");
        }
        unanswered.add(message);
        handler.send(message.text());
    }

    @Override
    public CompletionStage<Void> close() {
        loop.execute(() -> {
            leaving = true;
            V1Handler handler = open;
            if (handler == null) {
                ended.complete(null);
            } else {
                handler.leave();
            }
        });
        return ended;
    }
}
