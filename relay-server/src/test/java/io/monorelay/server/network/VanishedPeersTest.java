package io.monorelay.server.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Those who are gone without a word, as when a wire is cut or a machine loses power. Takes root; is skipped without. */
@Timeout(60)
final class VanishedPeersTest {
    private static final int RELAY_PORT = 8000;
    private static final int PRIVATE_PORT = 8001;

    /** Three intervals of a second, a second to say goodbye, and a machine that is busy. */
    private static final Duration NOTICED = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void aNodeAndAReaderThatVanishAreNoticedCountedAndForgotten() throws Exception {
        String[] settings = {"--ping.v2-interval=1s", "--stream.heartbeat=1s"};
        try (Wire wire = Wire.start();
                NamespacedNode relay =
                        NamespacedNode.relay(wire.publicSide(), RELAY_PORT, directory.resolve("relay"), settings)) {
            relay.awaitListening();
            try (NamespacedNode node =
                            NamespacedNode.joining(relay, wire.privateSide(), PRIVATE_PORT, directory.resolve("node"));
                    CollectedStream reader = relay.streamFrom(wire.privateSide())) {
                node.awaitListening();
                node.awaitLinksOpened(1);
                relay.publish("before");
                reader.assertGets("before");

                wire.becomeBlackHole();
                relay.publish("meanwhile");
                await().atMost(NOTICED).untilAsserted(() -> {
                    assertThat(relay.total("traffic", "websockets_closed")).isEqualTo(1);
                    assertThat(relay.total("traffic", "streams_closed")).isEqualTo(1);
                });
                assertThat(relay.total("closes", "silent")).isEqualTo(2);
                assertThat(relay.connections()).as("with the one that asks").isEqualTo(1);
            }
        }
    }
}
