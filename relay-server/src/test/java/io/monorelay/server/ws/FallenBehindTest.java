package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.relay.Receipt;
import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.ProofV2;
import io.monorelay.server.node.RunningRelay;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A peer that is too slow for what is kept in memory reads on from the store, over a real socket. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class FallenBehindTest {
    private static final int RECEIVE_BUFFER_BYTES = 4096;
    private static final String PADDING = "x".repeat(8_000);

    /** More bytes than what the operating system takes for a peer and the relay keeps for it together. */
    private static final int MOST_MESSAGES = 20_000;

    private RunningRelay relay;

    @BeforeEach
    void start() {
        relay = RunningRelay.start(
                "network.event-loops=1",
                "message.max-bytes=16KiB",
                "fanout.max-batch-bytes=16KiB",
                "fanout.laggard-bytes=256KiB",
                "store.durability=memory",
                "store.memory-bytes=1GiB");
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void aV2PeerGetsEveryMessageInOrder() {
        try (RawConnection slow = openV2()) {
            int published = publishUntilSomebodyHasFallenBehind();
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
        try (RawConnection slow =
                RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgrade()) {
            int published = publishUntilSomebodyHasFallenBehind();
            for (int number = 0; number < published; number++) {
                assertThat(dataOf(json(slow.frame()))).startsWith(number + "x");
            }
            assertThatItIsLive(slow);
        }
    }

    private int publishUntilSomebodyHasFallenBehind() {
        for (int number = 0; number < MOST_MESSAGES; number++) {
            assertThat(relay.sendToAll(number + PADDING)).isInstanceOf(Receipt.Acknowledged.class);
            if (number % 64 == 0 && relay.total("traffic", "slow_peers_fallen_behind") > 0) {
                return number + 1;
            }
        }
        throw new AssertionError("nobody has fallen behind after " + MOST_MESSAGES + " messages");
    }

    private void assertThatItIsLive(RawConnection peer) {
        relay.sendToAll("live");
        assertThat(dataOf(json(peer.frame()))).isEqualTo("live");
        assertThat(relay.page().path("totals").path("drops")).isEmpty();
    }

    private static String dataOf(JsonNode frame) {
        return frame.path("message").path("data").asString();
    }

    private RawConnection openV2() {
        RawConnection peer =
                RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgradeV2();
        ProofV2 proof = ForeignNode.generate()
                .answerV2(json(peer.frame()), relay.socketAddress().toString(), Instant.now());
        peer.sendText(proof.text());
        assertThat(proof.isAnsweredBy(json(peer.frame()))).isTrue();
        return peer;
    }

    private static JsonNode json(Frame frame) {
        assertThat(frame.head()).as("%s", frame).isEqualTo(Frame.TEXT);
        return JsonMapper.shared().readTree(frame.payload());
    }
}
