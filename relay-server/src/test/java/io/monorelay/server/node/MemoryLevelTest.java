package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.ws.JdkSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A relay that keeps messages in memory says so, and gives out no position twice. */
@Timeout(60)
final class MemoryLevelTest {
    private static final long LARGEST_EXACT_IN_JAVASCRIPT = (1L << 53) - 1;

    private final ForeignNode node = ForeignNode.generate();

    @Test
    void theHelloAndTheAcknowledgementSayIt() {
        try (RunningRelay relay = RunningRelay.start("store.durability=memory");
                JdkSocket asking = JdkSocket.v2(relay);
                JdkSocket sender = JdkSocket.v2(relay, node)) {
            assertThat(asking.nextJson().path("hello").path("durability").asString())
                    .isEqualTo("memory");
            sender.send(node.broadcast("a"));
            assertThat(sender.nextJson().path("durability").asString()).isEqualTo("memory");
            assertThat(relay.page().path("durability").asString()).isEqualTo("memory");
        }
    }

    @Test
    void positionsGoOnRisingAfterARestart() {
        long before = positionOf("before");
        long after = positionOf("after");

        assertThat(before).isPositive();
        assertThat(after).isGreaterThan(before).isLessThan(LARGEST_EXACT_IN_JAVASCRIPT);
    }

    private long positionOf(String data) {
        try (RunningRelay relay = RunningRelay.start("store.durability=memory");
                JdkSocket sender = JdkSocket.v2(relay, node);
                JdkSocket receiver = JdkSocket.v2(relay, ForeignNode.generate())) {
            sender.send(node.broadcast(data));
            JsonNode delivery = receiver.nextJson();
            long position = sender.nextJson().path("position").asLong();
            assertThat(delivery.path("position").asLong()).isEqualTo(position);
            return position;
        }
    }
}
