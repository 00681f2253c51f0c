package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.Delivery;
import io.monorelay.client.RelayListener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node that listens at one relay, and keeps what it gets, in whatever order that comes. */
final class Collector implements RelayListener, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LinkedNode node;
    private final List<String> data = new CopyOnWriteArrayList<>();

    private Collector(LinkedNode node) {
        this.node = node;
    }

    /** One that has begun to listen. */
    static Collector at(RunningRelay relay) {
        Collector collector = new Collector(LinkedNode.trusting());
        collector.node.connect(relay.socketAddress(), collector);
        return collector;
    }

    @Override
    public void onMessage(Delivery delivery) {
        data.add(delivery.data());
    }

    /** That these come, each of them once, and nothing else has come with them. */
    void assertGets(Collection<String> expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(data).hasSizeGreaterThanOrEqualTo(expected.size()));
        assertThat(data).containsExactlyInAnyOrderElementsOf(expected);
    }

    void assertGets(String... expected) {
        assertGets(List.of(expected));
    }

    @Override
    public void close() {
        node.close();
    }
}
