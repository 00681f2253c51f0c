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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A peer that stops reading costs neither the relay its memory nor the others their messages. */
final class SlowPeerTest {
    private static final int RECEIVE_BUFFER_BYTES = 4096;

    /** One message fills about one batch. */
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
                "fanout.slow-peers=skip");
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void aV2PeerIsToldOfTheGapAndGoesOn() {
        try (RawConnection slow = openV2();
                JdkSocket reading = JdkSocket.v2(relay, ForeignNode.generate())) {
            publishUntil("slow_peer_skipped", reading);
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

            relay.sendToAll("after the gap");
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
        try (RawConnection slow =
                        RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgrade();
                JdkSocket reading = JdkSocket.v2(relay, ForeignNode.generate())) {
            publishUntil("slow_peer_closed", reading);
            assertThat(relay.total("closes", "too_slow")).isEqualTo(1);
            slow.awaitEnd();
        }
    }

    @Test
    void aPeerThatReadsAgainWithinTheBudgetMissesNothing() {
        try (RawConnection slow = openV2()) {
            for (int i = 0; i < 200; i++) {
                publish(i);
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
        try (RawConnection greedy =
                RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgrade()) {
            Thread publisher = new Thread(() -> greedy.sendUntilRefused(duplicate, 200_000));
            publisher.start();
            long[] before = {-1};
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .pollInterval(250, TimeUnit.MILLISECONDS)
                    .until(() -> {
                        long now = relay.total("messages", "duplicate");
                        boolean stalled = now == before[0];
                        before[0] = now;
                        return stalled;
                    });
            assertThat(publisher.isAlive()).isTrue();
            relay.assertServing();
            for (int i = 0; i < 1_000; i++) {
                assertThat(greedy.frame().text()).isNotEmpty();
            }
        }
    }

    /** Publishes until that drop is counted, while another peer reads everything. */
    private void publishUntil(String drop, JdkSocket reading) {
        for (int i = 0; i < MOST_MESSAGES; i++) {
            long position = publish(i);
            assertThat(reading.nextJson().path("position").asLong()).isEqualTo(position);
            if (i % 64 == 0 && relay.total("drops", drop) > 0) {
                return;
            }
        }
        throw new AssertionError("no drop " + drop + " after " + MOST_MESSAGES + " messages");
    }

    private long publish(int number) {
        Receipt receipt = relay.sendToAll(number + PADDING);
        assertThat(receipt).isInstanceOf(Receipt.Acknowledged.class);
        return ((Receipt.Acknowledged) receipt).position();
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
