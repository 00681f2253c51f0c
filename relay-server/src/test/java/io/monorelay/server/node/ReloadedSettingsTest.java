package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.CertificateFiles;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.net.TlsClient;
import io.monorelay.server.ws.JdkSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What settings do that change while the relay runs. */
@Timeout(60)
final class ReloadedSettingsTest {
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";
    private static final String NOBODY_IS_EXEMPT = "access.exempt=192.0.2.1";

    private final ForeignNode alice = ForeignNode.generate();
    private RunningRelay relay;

    @AfterEach
    void stop() {
        relay.close();
    }

    private static String keyOf(ForeignNode node) {
        return NodeKey.of(node.key()).toString();
    }

    private int statusOf(String path, String body) {
        return relay.post(path, body).status();
    }

    private void assertTaken(RawConnection connection) {
        assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
    }

    @Test
    void whoIsDeniedLosesItsSessionAndIsBackWhenThatIsTakenBack() {
        relay = RunningRelay.start();
        try (JdkSocket session = JdkSocket.v2(relay, alice)) {
            relay.reload("access.deny=" + keyOf(alice));
            assertThat(session.closeCode()).isEqualTo(4002);
            assertThat(statusOf("/broadcast", alice.broadcast("denied"))).isEqualTo(403);
        }
        relay.reload();
        assertThat(statusOf("/broadcast", alice.broadcast("again"))).isEqualTo(200);
    }

    @Test
    void whereProofIsRequiredFromNowOnWhoeverReadsWithoutOneIsLetGo() {
        relay = RunningRelay.start();
        try (JdkSocket proven = JdkSocket.v2(relay, alice);
                JdkSocket v1 = JdkSocket.v1(relay)) {
            relay.reload("access.mode=authenticated");
            assertThat(v1.closeCode()).isEqualTo(4002);
            assertThat(relay.get("/stream").status()).isEqualTo(403);
            relay.sendToAll("for who has proven a key");
            assertThat(proven.nextData()).isEqualTo("for who has proven a key");
        }
    }

    @Test
    void connectionsAreCountedAsTheSettingsOfNowSayAlsoThoseThatWereThereBefore() {
        relay = RunningRelay.start(NOBODY_IS_EXEMPT);
        try (RawConnection first = relay.dial()) {
            assertTaken(first);
            relay.reload(NOBODY_IS_EXEMPT, "access.max-per-address=1");
            try (RawConnection second = relay.dial()) {
                second.awaitEnd();
            }
            relay.reload("access.exempt=127.0.0.0/8", "access.max-per-address=1");
            try (RawConnection exempt = relay.dial()) {
                assertTaken(exempt);
            }
            assertTaken(first);
        }
        assertThat(relay.total("refusals", "address_full")).isEqualTo(1);
    }

    @Test
    void aProxyIsBelievedFromNowOn() {
        relay = RunningRelay.start();
        String header = "PROXY TCP4 192.0.2.77 198.51.100.1 40123 8000\r\n";
        try (RawConnection refused = relay.dial()) {
            assertThat(refused.send(header + LIVE).answer().status()).isEqualTo(403);
        }
        relay.reload("proxy.trusted=127.0.0.1");
        try (RawConnection believed = relay.dial()) {
            assertThat(ObservedAddress.ofWebSocket(believed.send(header), "")).isEqualTo("192.0.2.77:40123");
        }
    }

    @Test
    void theHeaderOfAProxyIsTheOneOfNow() {
        relay = RunningRelay.start("proxy.trusted=127.0.0.1");
        relay.reload("proxy.trusted=127.0.0.1", "proxy.header=forwarded");
        try (RawConnection connection = relay.dial()) {
            assertThat(ObservedAddress.ofWebSocket(
                            connection, "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2\r\n"))
                    .startsWith("192.0.2.2");
        }
    }

    @Test
    void tlsIsRequiredFromNowOn(@TempDir Path directory) throws Exception {
        CertificateFiles files = CertificateFiles.make(directory, "relay");
        relay = RunningRelay.start("tls.certificate=" + files.certificate(), "tls.key=" + files.key());
        try (RawConnection before = relay.dial()) {
            assertTaken(before);
            relay.reload("tls.required=true");
            // It is there, and goes on.
            assertTaken(before);
        }
        try (RawConnection plain = relay.dial();
                RawConnection secure = TlsClient.dial(relay.port())) {
            HttpAnswer answer = plain.send(LIVE).answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.info()).contains("expected TLS");
            assertTaken(secure);
        }
    }

    @Test
    void whoIsSilentHasTheTimeOfNow() {
        relay = RunningRelay.start("timeouts.request=1h", "timeouts.keep-alive=1h");
        relay.reload("timeouts.request=" + Duration.ofMillis(200).toMillis() + "ms");
        try (RawConnection silent = relay.dial()) {
            silent.send("GET / HT");
            assertThat(silent.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void whatAConnectionMayCostIsWhatIsSaidNow() {
        relay = RunningRelay.start(NOBODY_IS_EXEMPT);
        try (JdkSocket publisher = JdkSocket.v2(relay, alice)) {
            publisher.send(alice.broadcast("first"));
            assertThat(publisher.nextJson().path("id").asString()).isNotEmpty();
            relay.reload("budget.connection=1ms");
            int refused = 0;
            for (int i = 0; i < 100 && refused == 0; i++) {
                publisher.send(alice.broadcast("message " + i));
                refused = publisher.nextJson().path("code").asInt();
            }
            assertThat(refused).isEqualTo(429);
            relay.reload("budget.connection=0ms");
            publisher.send(alice.broadcast("last"));
            assertThat(publisher.nextJson().path("info").asString()).isEqualTo("Message received and valid");
        }
    }

    @Test
    void whetherOthersPublishIsWhatIsSaidNow() {
        relay = RunningRelay.start();
        assertThat(statusOf("/publish", "{\"data\":\"no\"}")).isEqualTo(403);
        relay.reload("publish.open=true");
        assertThat(statusOf("/publish", "{\"data\":\"yes\"}")).isNotEqualTo(403);
        relay.reload();
        assertThat(statusOf("/publish", "{\"data\":\"no\"}")).isEqualTo(403);
    }
}
