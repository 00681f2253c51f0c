package io.monorelay.server.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.ProofV2;
import io.monorelay.server.node.RunningRelay;
import io.monorelay.server.ws.JdkSocket;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The v2 handshake over a WebSocket. */
final class SocketHandshakeTest {
    private static final String PUBLIC_ADDRESS = "wss://relay.example.org";

    private static RunningRelay relay;

    private final ForeignNode node = ForeignNode.generate();

    @BeforeAll
    static void start() {
        relay = RunningRelay.start(
                "node.public-addresses=" + PUBLIC_ADDRESS, "node.network=testing", "timeouts.handshake=2s");
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void theRelaySpeaksFirst() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            JsonNode hello = socket.nextJson().path("hello");
            assertThat(hello.path("version").asInt()).isEqualTo(2);
            assertThat(hello.path("key").asString())
                    .isEqualTo(relay.page().path("key").asString());
            assertThat(hello.path("network").asString()).isEqualTo("testing");
            assertThat(hello.path("challenge").asString()).hasSize(43);
            assertThat(hello.path("limits").path("message_max_bytes").asInt()).isEqualTo(65_536);
            assertThat(hello.path("ping_interval_s").asInt()).isEqualTo(25);
        }
    }

    @Test
    void bothSidesProveTheirKeys() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            ProofV2 proof = proof(socket.nextJson());
            socket.send(proof.text());
            JsonNode welcome = socket.nextJson();
            assertThat(proof.isAnsweredBy(welcome)).as("%s", welcome).isTrue();
            assertThat(welcome.path("welcome").path("observed_address").asString())
                    .startsWith("127.0.0.1:");
            assertThat(welcome.path("welcome").path("position").isIntegralNumber())
                    .isTrue();
        }
    }

    @Test
    void thePositionOfTheWelcomeIsTheOneBeforeTheFirstMessage() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            socket.send(proof(socket.nextJson()).text());
            long position = socket.nextJson().path("welcome").path("position").asLong();
            long published = relay.post("/broadcast", node.broadcast("first"))
                    .json()
                    .path("position")
                    .asLong();
            JsonNode first = socket.nextJson();
            assertThat(first.path("position").asLong()).isEqualTo(published).isEqualTo(position + 1);
        }
    }

    @Test
    void nothingIsPublishedBeforeIt() {
        long before = relay.total("messages", "accepted");
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            JsonNode hello = socket.nextJson();
            socket.send(node.broadcast("too early"));
            JsonNode refusal = socket.nextJson();
            assertThat(refusal.path("code").asInt()).isEqualTo(403);
            assertThat(refusal.path("info").asString()).contains("handshake");
            assertThat(relay.total("messages", "accepted")).isEqualTo(before);
            socket.send(proof(hello).text());
            assertThat(socket.nextJson().has("welcome")).isTrue();
        }
    }

    @Test
    void nothingIsDeliveredBeforeIt() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            JsonNode hello = socket.nextJson();
            relay.post("/broadcast", node.broadcast("not for strangers"));
            socket.send(proof(hello).text());
            assertThat(socket.nextJson().has("welcome")).isTrue();
        }
    }

    @Test
    void aProofForAnotherRelayIsRefused() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            JsonNode hello = socket.nextJson();
            socket.send(node.answerV2(hello, "wss://elsewhere.example.org", Instant.now())
                    .text());
            assertRefused(socket, "audience");
        }
    }

    @Test
    void theAudienceIsComparedAsAnAddress() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            JsonNode hello = socket.nextJson();
            ProofV2 proof = node.answerV2(hello, "WSS://Relay.Example.ORG:443", Instant.now());
            socket.send(proof.text());
            assertThat(proof.isAnsweredBy(socket.nextJson())).isTrue();
        }
    }

    @Test
    void theChallengeOfAnotherConnectionIsRefused() {
        try (JdkSocket first = JdkSocket.v2(relay);
                JdkSocket second = JdkSocket.v2(relay)) {
            String proof = proof(first.nextJson()).text();
            second.next();
            second.send(proof);
            assertRefused(second, "answers");
            first.send(proof);
            assertThat(first.nextJson().has("welcome")).isTrue();
        }
    }

    @Test
    void aProofIsTakenOnce() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            String proof = proof(socket.nextJson()).text();
            socket.send(proof);
            assertThat(socket.nextJson().has("welcome")).isTrue();
            socket.send(proof);
            assertThat(socket.nextJson().path("code").asInt()).isEqualTo(400);
            socket.send(node.broadcast("still welcome"));
            assertThat(socket.nextJson().has("id")).isTrue();
        }
    }

    @Test
    void anothersSignatureIsRefused() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            socket.send(proof(socket.nextJson()).text(ForeignNode.generate()));
            assertRefused(socket, "signature");
        }
    }

    @Test
    void aTimeThatIsTooFarAwayIsRefused() {
        for (long seconds : new long[] {-301, 310}) {
            try (JdkSocket socket = JdkSocket.v2(relay)) {
                socket.send(node.answerV2(
                                socket.nextJson(), PUBLIC_ADDRESS, Instant.now().plusSeconds(seconds))
                        .text());
                assertRefused(socket, "time");
            }
        }
    }

    @Test
    void whoNeverAnswersTheHelloIsClosed() {
        try (RawConnection socket = relay.dial().upgradeV2()) {
            assertThat(socket.frame().head()).isEqualTo(Frame.TEXT);
            assertThat(socket.frame().closeCode()).isEqualTo(4001);
            socket.assertEnd();
        }
    }

    private ProofV2 proof(JsonNode hello) {
        return node.answerV2(hello, PUBLIC_ADDRESS, Instant.now());
    }

    private static void assertRefused(JdkSocket socket, String field) {
        JsonNode refusal = socket.nextJson();
        assertThat(refusal.path("code").asInt()).isEqualTo(403);
        assertThat(refusal.path("info").asString()).contains('"' + field + '"');
        assertThat(socket.closeCode()).isEqualTo(4000);
        relay.assertServing();
    }
}
