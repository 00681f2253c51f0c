package io.monorelay.server.cli;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Form;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded time of a relay's usual work. First original nodes come and go, which is most of what a relay has to do
 * after its start; then, at the same time, a crowd of them hears messages and HTTP is asked, and nodes of our own link.
 */
final class Rehearsal {
    /** Threads that bring original nodes. */
    private static final int USHERS = 2;
    /** Original nodes that one thread has at a time. */
    private static final int VISITORS = 64;
    /** Bounds the local ports that are left waiting behind the visitors. */
    private static final int MAX_VISITS = 9_000;
    /** Original nodes that stay. */
    private static final int CROWD = 128;
    /** Nodes of our own, each with a key of its own. */
    private static final int NODES = 16;
    /** Messages of one round, over HTTP, over a socket or over a link. */
    private static final int MESSAGES = 16;

    private static final RelayListener HEARS = delivery -> {};

    private final URI relay;
    private final InetSocketAddress address;
    private final Ed25519 ed25519;
    private final Duration whole;
    private final AtomicInteger messages = new AtomicInteger();

    Rehearsal(URI relay, Ed25519 ed25519, int seconds) {
        this.relay = relay;
        this.address = new InetSocketAddress(relay.getHost(), relay.getPort());
        this.ed25519 = ed25519;
        this.whole = Duration.ofSeconds(seconds);
    }

    /** Blocks for that time; fails with what failed first. */
    void run() throws InterruptedException, ExecutionException {
        // Threads of the platform: what they wait for is mostly there already.
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Deadline visits = Deadline.after(whole.dividedBy(2));
            all(threads, Collections.nCopies(USHERS, () -> visit(visits)));
            Deadline end = Deadline.after(whole.dividedBy(2));
            all(threads, List.of(() -> publish(end), () -> link(end)));
        }
    }

    private static void all(ExecutorService threads, List<Callable<Void>> parts)
            throws InterruptedException, ExecutionException {
        for (Future<Void> part : threads.invokeAll(parts)) {
            part.get();
        }
    }

    /** When a part ends, in the time of {@link System#nanoTime}. */
    private record Deadline(long nanos) {
        static Deadline after(Duration time) {
            return new Deadline(System.nanoTime() + time.toNanos());
        }

        boolean isAhead() {
            return System.nanoTime() - nanos < 0;
        }
    }

    // original nodes that come and go

    private Void visit(Deadline end) throws IOException {
        for (int visits = 0; visits < MAX_VISITS / USHERS && end.isAhead(); visits += VISITORS) {
            closeAll(visitors(VISITORS));
        }
        return null;
    }

    private List<OriginalNode> visitors(int count) throws IOException {
        List<OriginalNode> visitors = new ArrayList<>();
        try {
            while (visitors.size() < count) {
                visitors.add(OriginalNode.connect(address));
                visitors.getLast().askToUpgrade();
            }
            for (OriginalNode visitor : visitors) {
                visitor.awaitUpgrade();
            }
        } catch (IOException e) {
            closeAll(visitors);
            throw e;
        }
        return visitors;
    }

    private static void closeAll(List<OriginalNode> nodes) throws IOException {
        for (OriginalNode node : nodes) {
            node.close();
        }
    }

    // messages, and who hears them

    private Void publish(Deadline end) throws IOException {
        MessageSigner signer = new MessageSigner(NodeIdentity.generate(ed25519), Form.MONOCHAIN);
        List<OriginalNode> crowd = visitors(CROWD);
        try {
            crowd.forEach(listener -> Thread.ofVirtual().start(listener::hear));
            for (int round = 0; end.isAhead(); round++) {
                OriginalNode sender = crowd.get(round % CROWD);
                for (int i = 0; i < MESSAGES; i++) {
                    sender.publish(message(signer));
                }
                // An answer that is waited for also keeps this side from running ahead of the relay.
                request("POST /broadcast", message(signer));
                request("GET /", new byte[0]);
            }
        } finally {
            closeAll(crowd);
        }
        return null;
    }

    private byte[] message(MessageSigner signer) {
        return signer.broadcast(null, text(), Instant.now());
    }

    /** One that was not there before, whatever the time: a duplicate would not be relayed. */
    private String text() {
        return "rehearsal " + messages.incrementAndGet();
    }

    private void request(String what, byte[] body) throws IOException {
        try (OriginalNode node = OriginalNode.connect(address)) {
            node.request(what, body);
        }
    }

    // nodes of our own

    private Void link(Deadline end) throws InterruptedException, ExecutionException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("rehearsal", true), NioIoHandler.newFactory());
        try {
            List<LinkDialer> clients = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                NodeIdentity identity = NodeIdentity.generate(ed25519);
                ClientOptions options = ClientOptions.defaults().withUnverifiedDeliveries();
                clients.add(LinkDialer.on(group, NioSocketChannel.class, identity, ed25519, options));
            }
            while (end.isAhead()) {
                linkAll(clients);
            }
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        return null;
    }

    /** Opens a link for each, lets all publish, and closes them. */
    private void linkAll(List<LinkDialer> clients) throws InterruptedException, ExecutionException {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (LinkDialer client : clients) {
            ends.add(client.connect(relay, HEARS)
                    .thenCompose(link -> publishOver(link).thenCompose(answered -> link.close()))
                    .toCompletableFuture());
        }
        for (CompletableFuture<Void> end : ends) {
            end.get();
        }
    }

    private CompletableFuture<Void> publishOver(RelayLink link) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            answers.add(link.publish(text(), null).toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
    }
}
