package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.ws.JdkSocket;
import io.monorelay.store.MemoryStore;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node says that it has processed is remembered for its key. */
@Timeout(60)
final class ProcessedPositionTest {
    private final MemoryStore store = new MemoryStore(64 << 20, InstantSource.system());
    private final RunningRelay relay = RunningRelay.startOn(store);
    private final ForeignNode node = ForeignNode.generate();
    private final ForeignNode other = ForeignNode.generate();

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void itReachesTheStoreSoon() {
        try (JdkSocket peer = JdkSocket.v2(relay, node)) {
            acknowledge(peer, publish(peer));

            Awaitility.await().until(() -> remembered().equals(OptionalLong.of(1)));
        }
    }

    @Test
    void itReachesTheStoreBeforeTheEnd() {
        try (JdkSocket peer = JdkSocket.v2(relay, node)) {
            acknowledge(peer, publish(peer));
        }
        relay.node().close();

        assertThat(remembered()).hasValue(1);
    }

    @Test
    void nobodyHasProcessedWhatIsNotThereYet() {
        try (JdkSocket peer = JdkSocket.v2(relay, node)) {
            publish(peer);
            acknowledge(peer, Long.MAX_VALUE);

            Awaitility.await().until(() -> remembered().equals(OptionalLong.of(1)));
        }
    }

    @Test
    void whoHasProvenNoKeyIsToldToDoSoFirst() {
        try (JdkSocket peer = JdkSocket.v2(relay)) {
            peer.next();
            peer.send("{\"ack\":{\"position\":1}}");
            assertThat(peer.nextJson().has("code")).isTrue();
        }
        relay.node().close();

        assertThat(remembered()).isEmpty();
    }

    private long publish(JdkSocket peer) {
        relay.post("/broadcast", other.broadcast("a"));
        return peer.nextJson().path("position").asLong();
    }

    /** Returns when the relay has read it. */
    private void acknowledge(JdkSocket peer, long position) {
        peer.send("{\"ack\":{\"position\":" + position + "}}");
        peer.send("{}");
        assertThat(peer.nextJson().has("code")).isTrue();
    }

    private OptionalLong remembered() {
        return store.rememberedPosition(NodeKey.of(node.key()));
    }
}
