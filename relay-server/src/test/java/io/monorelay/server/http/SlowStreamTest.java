package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.relay.Receipt;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader of an event stream that is too slow for what is kept in memory reads on from the store. */
@Timeout(60)
final class SlowStreamTest {
    private static final int RECEIVE_BUFFER_BYTES = 4096;
    private static final String PADDING = "x".repeat(8_000);

    /** More bytes than what the operating system takes for a reader and the relay keeps for it together. */
    private static final int MOST_MESSAGES = 20_000;

    private RunningRelay relay;

    private void start(String slowPeers) {
        relay = RunningRelay.start(
                "network.event-loops=1",
                "message.max-bytes=16KiB",
                "fanout.max-batch-bytes=16KiB",
                "fanout.laggard-bytes=256KiB",
                "fanout.slow-peers=" + slowPeers,
                "store.durability=memory",
                "store.memory-bytes=1GiB");
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private StreamReader open() {
        return StreamReader.open(RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES), "/stream");
    }

    @Test
    void itGetsEveryMessageInOrder() {
        start("catch-up");
        try (StreamReader slow = open()) {
            int published = publishUntil("traffic", "slow_peers_fallen_behind");
            for (int number = 0; number < published; number++) {
                slow.assertNext(number + PADDING);
            }
            relay.sendToAll("live");
            slow.assertNext("live");
            assertThat(relay.page().path("totals").path("drops")).isEmpty();
        }
    }

    @Test
    void whereSlowPeersSkipItIsToldOfTheGap() {
        start("skip");
        try (StreamReader slow = open()) {
            publishUntil("drops", "slow_peer_skipped");
            StreamReader.Event event = slow.next();
            int number = 0;
            long last = 0;
            while (event.kind().isEmpty()) {
                assertThat(event.text()).isEqualTo(number++ + PADDING);
                last = event.json().path("position").asLong();
                event = slow.next();
            }
            assertThat(event.kind()).isEqualTo("gap");
            assertThat(event.json().path("gap").path("from").asLong()).isEqualTo(last + 1);
            assertThat(event.json().path("gap").path("to").asString()).isEqualTo(event.id());
        }
    }

    @Test
    void whereSlowPeersAreClosedItIsToldWhyAndGoesOnWhenItComesBack() {
        start("close");
        String lastId;
        try (StreamReader slow = open()) {
            publishUntil("drops", "slow_peer_closed");
            slow.connection().awaitEnd();
            lastId = slow.lastId();
        }
        try (StreamReader again = StreamReader.resume(relay, lastId)) {
            again.assertNext(0 + PADDING);
        }
        assertThat(relay.total("closes", "too_slow")).isEqualTo(1);
    }

    private int publishUntil(String group, String counted) {
        for (int number = 0; number < MOST_MESSAGES; number++) {
            assertThat(relay.sendToAll(number + PADDING)).isInstanceOf(Receipt.Acknowledged.class);
            if (number % 64 == 0 && relay.total(group, counted) > 0) {
                return number + 1;
            }
        }
        throw new AssertionError("no " + counted + " after " + MOST_MESSAGES + " messages");
    }
}
