package io.monorelay.server.ws;

import static io.monorelay.server.ws.SlowPeerWorld.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A peer that stops reading costs neither the relay its memory nor the others their messages. */
final class SlowPeerTest {
    @AutoClose
    private final SlowPeerWorld world = new SlowPeerWorld("fanout.slow-peers=skip");

    @Test
    void aV2PeerIsToldOfTheGapAndGoesOn() {
        try (RawConnection slow = world.openV2();
                JdkSocket reading = JdkSocket.v2(world.relay(), ForeignNode.generate())) {
            publishUntilCounted("slow_peer_skipped", reading);
            long expected = 1;
            JsonNode frame = json(slow.frame());
            while (!frame.has("gap")) {
                assertThat(frame.path("position").asLong()).isEqualTo(expected++);
                frame = json(slow.frame());
            }
            JsonNode gap = frame.path("gap");
            assertThat(gap.path("from").asLong()).isEqualTo(expected);
            assertThat(gap.path("to").asLong()).isGreaterThanOrEqualTo(expected);
            assertThat(gap.path("reason").asString()).isEqualTo("slow");

            world.relay().sendToAll("after the gap");
            long next = gap.path("to").asLong() + 1;
            JsonNode after = json(slow.frame());
            while (!after.path("message").path("data").asString().equals("after the gap")) {
                assertThat(after.path("position").asLong()).isEqualTo(next++);
                after = json(slow.frame());
            }
            assertThat(after.path("position").asLong()).isEqualTo(next);
        }
    }

    @Test
    void aV1PeerIsClosed() {
        try (RawConnection slow = world.openV1();
                JdkSocket reading = JdkSocket.v2(world.relay(), ForeignNode.generate())) {
            publishUntilCounted("slow_peer_closed", reading);
            assertThat(world.relay().total("closes", "too_slow")).isEqualTo(1);
            slow.awaitEnd();
        }
    }

    @Test
    void aPeerThatReadsAgainWithinTheBudgetMissesNothing() {
        try (RawConnection slow = world.openV2()) {
            for (int i = 0; i < 200; i++) {
                world.publish(i);
            }
            for (long position = 1; position <= 200; position++) {
                assertThat(json(slow.frame()).path("position").asLong()).isEqualTo(position);
            }
        }
    }

    @Test
    void aPeerThatPublishesWithoutReadingIsReadNoFurther() {
        ForeignNode node = ForeignNode.generate();
        byte[] duplicate =
                RawConnection.masked(Frame.TEXT, node.broadcast("again").getBytes());
        try (RawConnection greedy = world.openV1()) {
            Thread publisher = new Thread(() -> greedy.sendUntilRefused(duplicate, 200_000));
            publisher.start();
            long[] before = {-1};
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .pollInterval(250, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        long now = world.relay().total("messages", "duplicate");
                        boolean stalled = now == before[0];
                        before[0] = now;
                        return stalled;
                    });
            assertThat(publisher.isAlive()).isTrue();
            world.relay().assertServing();
            for (int i = 0; i < 1_000; i++) {
                assertThat(greedy.frame().text()).isNotEmpty();
            }
        }
    }

    /** Publishes until that drop is counted, while another peer reads everything. */
    private void publishUntilCounted(String drop, JdkSocket reading) {
        world.publishUntil(
                "drops",
                drop,
                position ->
                        assertThat(reading.nextJson().path("position").asLong()).isEqualTo(position));
    }
}
