package io.monorelay.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLink;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.Publication;
import io.monorelay.client.ReconnectPolicy;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.client.RelayMemory;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.node.LinkedNode;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many nodes lose their relay at the same moment, and come back to the one that takes its place. */
@Timeout(120)
final class ReconnectStormTest {
    private static final int NODES = 200;
    private static final int MESSAGES = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    /** Quicker than by default, so that the test is too. */
    private static final ReconnectPolicy SOON = new ReconnectPolicy(
            Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(3), Duration.ofSeconds(10));

    @TempDir
    private Path data;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Node> nodes = new ArrayList<>();
    private final LinkedNode publisher = LinkedNode.trusting();
    private RelayProcess relay;

    @AfterEach
    void stop() {
        CompletableFuture<?>[] ends = nodes.stream()
                .map(node -> node.link.close().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        publisher.close();
        LinkedNode.await(CompletableFuture.allOf(ends));
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        relay.close();
    }

    @Test
    void allComeBackAndHaveEverythingOnceWhileTheRelayStaysHealthy() throws Exception {
        int port = lastingPort();
        relay = startRelay(port);
        URI address = relay.awaitListening();
        linkUp(address);
        List<String> published = publish(address, "before ");
        relay.kill();
        await().atMost(PATIENCE).until(() -> open() == 0);

        relay = startRelay(port);
        relay.awaitListening();
        try (HealthWatch watch = new HealthWatch(address)) {
            published.addAll(publish(address, "after "));
            await().atMost(PATIENCE).until(() -> open() == NODES);
            await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(node -> node.count() >= published.size()));
            assertThat(watch.failures()).isEmpty();
            assertThat(watch.answered()).isPositive();
        }
        assertThat(nodes).allSatisfy(node -> assertThat(node.received()).containsExactlyElementsOf(published));
    }

    private RelayProcess startRelay(int port) {
        return RelayProcess.start(List.of(), data, "serve", "--listen=127.0.0.1:" + port);
    }

    private void linkUp(URI address) {
        ClientOptions options =
                ClientOptions.defaults().withUnverifiedDeliveries().withReconnect(SOON);
        for (int i = 0; i < NODES; i++) {
            NodeIdentity identity = NodeIdentity.generate(ED25519);
            nodes.add(new Node(LinkDialer.on(loops, NioSocketChannel.class, identity, ED25519, options), address));
        }
        await().atMost(PATIENCE).until(() -> open() == NODES);
    }

    private long open() {
        return nodes.stream().filter(node -> node.link.link() != null).count();
    }

    private List<String> publish(URI address, String prefix) {
        RelayLink link = publisher.connect(address, new RelayListener() {
            @Override
            public void onMessage(Delivery delivery) {
                throw new AssertionError("nobody else publishes, but it came " + delivery);
            }
        });
        List<String> published = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(LinkedNode.await(link.publish(prefix + i, null))).isInstanceOf(Publication.Accepted.class);
            published.add(prefix + i);
        }
        return published;
    }

    /**
     * A port from which no connection is made: a node that dials one that nobody listens on could otherwise meet itself
     * there.
     */
    private static int lastingPort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_768);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // There are others.
            }
        }
    }

    private static final class Node implements KeptLinkListener {
        private final RelayMemory memory = RelayMemory.inMemory();
        private final List<String> received = new ArrayList<>();
        private final KeptLink link;

        Node(LinkDialer dialer, URI relay) {
            link = KeptLink.start(dialer, relay, memory, this);
        }

        @Override
        public void onMessage(RelayLink by, Delivery delivery) {
            synchronized (received) {
                received.add(delivery.data());
            }
            memory.processed(by.relayKey(), delivery.position());
        }

        List<String> received() {
            synchronized (received) {
                return List.copyOf(received);
            }
        }

        int count() {
            return received().size();
        }
    }
}
