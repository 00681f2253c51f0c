package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.metrics.Linking;
import io.monorelay.server.net.CuttableProxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Two relays between which nothing passed for so long that what was published meanwhile is out of the time window. */
@Timeout(120)
final class PartitionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(5);

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final ForeignNode publisher = ForeignNode.generate();

    @Test
    void afterALongPartitionBothSidesHaveEverythingOnce() {
        RunningRelay dialled = RunningRelay.start(clock);
        try (CuttableProxy wire = CuttableProxy.to(dialled.port());
                RunningRelay dialling = RunningRelay.start(clock, "links=ws://127.0.0.1:" + wire.port())) {
            // Now that the key of the other one is known, it is trusted.
            dialled.stop();
            dialled = dialled.startAgain("links.trusted=" + dialling.key());
            dialling.awaitLinks(1);
            publish(dialled, "before, at the dialled one");
            publish(dialling, "before, at the dialling one");
            awaitStored(dialled, 2);
            awaitStored(dialling, 2);

            wire.cut();
            dialling.awaitLinks(0);
            publish(dialled, "during, at the dialled one");
            publish(dialling, "during, at the dialling one");
            now = now.plus(OUTAGE);
            publish(dialled, "after, at the dialled one");
            wire.heal();

            String[] all = {
                "before, at the dialled one",
                "before, at the dialling one",
                "during, at the dialled one",
                "during, at the dialling one",
                "after, at the dialled one"
            };
            awaitStored(dialled, all.length);
            awaitStored(dialling, all.length);
            assertThat(stored(dialled)).containsExactlyInAnyOrder(all);
            assertThat(stored(dialling)).containsExactlyInAnyOrder(all);
        } finally {
            dialled.close();
        }
    }

    @Test
    void whoIsNotTrustedCannotBringWhatOthersPublishedLongAgo() {
        try (RunningRelay dialled = RunningRelay.start(clock);
                CuttableProxy wire = CuttableProxy.to(dialled.port());
                RunningRelay dialling = RunningRelay.start(clock, "links=ws://127.0.0.1:" + wire.port())) {
            dialling.awaitLinks(1);
            wire.cut();
            dialling.awaitLinks(0);
            publish(dialling, "by somebody");
            dialling.sendToAll("by itself");
            now = now.plus(OUTAGE);
            wire.heal();

            awaitStored(dialled, 1);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(dialling.node().metrics().linking().count(Linking.FED_REFUSED))
                                    .isEqualTo(1));
            assertThat(stored(dialled)).containsExactly("by itself");
        }
    }

    private void publish(RunningRelay relay, String data) {
        assertThat(relay.post("/broadcast", publisher.broadcast(data, now)).status())
                .isEqualTo(200);
    }

    private static void awaitStored(RunningRelay relay, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stored(relay)).hasSizeGreaterThanOrEqualTo(count));
    }

    private static List<String> stored(RunningRelay relay) {
        List<String> data = new ArrayList<>();
        for (JsonNode message : relay.get("/messages?after=0&limit=1000").json().path("messages")) {
            data.add(message.path("message").path("data").asString());
        }
        return data;
    }
}
