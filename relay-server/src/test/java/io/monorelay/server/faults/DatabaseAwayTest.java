package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import io.monorelay.server.store.PostgresServer;
import io.monorelay.server.ws.JdkSocket;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay whose database goes away and comes back. Takes PostgreSQL; is skipped without. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
final class DatabaseAwayTest {
    private static final int MESSAGES = 20;
    private static final Duration PATIENCE = Duration.ofMillis(2L * RawConnection.PATIENCE_MILLIS);

    @AutoClose("end")
    private PostgresServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = PostgresServer.startNew();
    }

    @Test
    void deliveriesGoOnNothingIsAcknowledgedAndThenEverythingOnce() throws Exception {
        ForeignNode sender = ForeignNode.generate();
        String url = server.newDatabase() + "?user=" + PostgresServer.USER;
        try (RunningRelay relay = RunningRelay.start("store.url=" + url);
                JdkSocket publisher = JdkSocket.v2(relay, sender);
                JdkSocket reader = JdkSocket.v1(relay)) {
            publisher.send(sender.broadcast("before"));
            long before = publisher.nextJson().path("position").asLong();
            assertThat(reader.nextData()).isEqualTo("before");

            server.stop();
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(sender.broadcast("meanwhile " + i));
                assertThat(reader.nextData()).isEqualTo("meanwhile " + i);
            }
            await().atMost(PATIENCE).until(() -> relay.get("/health/ready").status() == 503);
            assertThat(relay.get("/health/live").status()).isEqualTo(200);
            assertThat(relay.get("/messages").status()).isEqualTo(503);
            assertThat(publisher.isQuiet()).as("nothing is acknowledged").isTrue();
            assertThat(relay.total("storage", "failures")).isPositive();

            server.start();
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(publisher.nextJson().path("position").asLong()).isEqualTo(before + 1 + i);
            }
            await().atMost(PATIENCE).until(() -> relay.get("/health/ready").status() == 200);
            assertThat(relay.total("storage", "stored")).isEqualTo(1 + MESSAGES);
            assertThat(relay.page().path("totals").path("closes")).isEmpty();
            assertThat(reader.isQuiet()).as("nothing comes twice").isTrue();
        }
    }
}
