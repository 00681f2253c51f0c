package io.monorelay.server.ws;

import static io.monorelay.server.ws.SlowPeerWorld.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A peer that is too slow for what is kept in memory reads on from the store, over a real socket. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class FallenBehindTest {
    @AutoClose
    private final SlowPeerWorld world = new SlowPeerWorld("store.durability=memory", "store.memory-bytes=1GiB");

    @Test
    void aV2PeerGetsEveryMessageInOrder() {
        try (RawConnection slow = world.openV2()) {
            int published = world.publishUntil("traffic", "slow_peers_fallen_behind", position -> {});
            long previous = 0;
            for (int number = 0; number < published; number++) {
                JsonNode frame = json(slow.frame());
                assertThat(dataOf(frame)).startsWith(number + "x");
                assertThat(frame.path("position").asLong()).isGreaterThan(previous);
                previous = frame.path("position").asLong();
            }
            assertThatItIsLive(slow);
        }
    }

    @Test
    void aV1PeerGetsEveryMessageInOrder() {
        try (RawConnection slow = world.openV1()) {
            int published = world.publishUntil("traffic", "slow_peers_fallen_behind", position -> {});
            for (int number = 0; number < published; number++) {
                assertThat(dataOf(json(slow.frame()))).startsWith(number + "x");
            }
            assertThatItIsLive(slow);
        }
    }

    private void assertThatItIsLive(RawConnection peer) {
        world.relay().sendToAll("live");
        assertThat(dataOf(json(peer.frame()))).isEqualTo("live");
        assertThat(world.relay().page().path("totals").path("drops")).isEmpty();
    }

    private static String dataOf(JsonNode frame) {
        return frame.path("message").path("data").asString();
    }
}
