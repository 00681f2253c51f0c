package io.monorelay.bench.storm;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.client.ClientOptions;
import io.monorelay.client.KeptLink;
import io.monorelay.client.LinkDialer;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many nodes, each with a key and a kept link of its own, on few event loops. They believe the relay what it delivers,
 * so that it is the relay that is measured. Any thread may call.
 */
final class Crowd implements AutoCloseable {
    private static final int THREADS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("crowd", true), NioIoHandler.newFactory());
    private final List<KeptLink> links = new ArrayList<>();
    private final Timeline timeline = new Timeline();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder messages = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final Map<String, LongAdder> trouble = new ConcurrentHashMap<>();

    /** All of them dial at the same moment. */
    void start(int clients, URI relay) {
        Ed25519 ed25519 = SampleMessages.ed25519();
        ClientOptions options = ClientOptions.defaults().withUnverifiedDeliveries();
        List<LinkDialer> dialers = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            NodeIdentity identity = NodeIdentity.generate(ed25519);
            dialers.add(LinkDialer.on(group, NioSocketChannel.class, identity, ed25519, options));
        }
        for (LinkDialer dialer : dialers) {
            Client client = new Client(this);
            links.add(KeptLink.start(dialer, relay, client.memory(), client));
        }
    }

    /** How many links are open. */
    int open() {
        return open.get();
    }

    /** How many messages came to all of them, each counted once for each client. */
    long received() {
        return messages.sum() - repeated.sum();
    }

    /** How many messages came to a client that had them. */
    long repeated() {
        return repeated.sum();
    }

    /** How often a client was told that something is not coming. */
    long gaps() {
        return gaps.sum();
    }

    /** When dials succeeded and failed. */
    Timeline timeline() {
        return timeline;
    }

    /** Begins to take notes of what goes wrong, from nothing. */
    void forgetTrouble() {
        trouble.clear();
    }

    /** What has gone wrong, and how often. */
    Map<String, Long> trouble() {
        Map<String, Long> counted = new TreeMap<>();
        trouble.forEach((what, times) -> counted.put(what, times.sum()));
        return counted;
    }

    // from the clients

    void onOpen() {
        timeline.succeeded();
        open.incrementAndGet();
    }

    void onMessage(boolean again) {
        messages.increment();
        if (again) {
            repeated.increment();
        }
    }

    void onGap() {
        gaps.increment();
    }

    void onEnded(String why) {
        open.decrementAndGet();
        onTrouble(why);
    }

    void onNotOpened(String why) {
        timeline.failed();
        onTrouble(why);
    }

    private void onTrouble(String what) {
        trouble.computeIfAbsent(what, first -> new LongAdder()).increment();
    }

    /** Closes all links. */
    @Override
    public void close() {
        CompletableFuture.allOf(links.stream()
                        .map(link -> link.close().toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS))
                .join();
    }
}
