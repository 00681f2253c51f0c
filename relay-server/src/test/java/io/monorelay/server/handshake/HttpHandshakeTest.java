package io.monorelay.server.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.ProofV2;
import io.monorelay.server.node.RunningRelay;
import io.monorelay.server.ws.JdkSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Both handshakes over HTTP. */
final class HttpHandshakeTest {
    private static final String PUBLIC_ADDRESS = "https://relay.example.org";

    /** How long the relay has to do what it must not. */
    private static final int TEMPTATION_MILLIS = 300;

    private static RunningRelay relay;

    private final ForeignNode node = ForeignNode.generate();

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("node.public-addresses=" + PUBLIC_ADDRESS);
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void theAnswerToAHelloIsAWelcome() {
        ProofV2 proof = proof();
        HttpAnswer answer = relay.post("/handshake", proof.text());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(proof.isAnsweredBy(answer.json())).as("%s", answer).isTrue();
    }

    @Test
    void everyHelloHasAChallengeOfItsOwn() {
        assertThat(proof().answers()).isNotEqualTo(proof().answers());
    }

    @Test
    void aChallengeIsGoodForOneProof() {
        ProofV2 proof = proof();
        assertThat(relay.post("/handshake", proof.text()).status()).isEqualTo(200);
        assertRefused(relay.post("/handshake", proof.text()), "answers");
    }

    @Test
    void aRefusedProofUsesItsChallengeUp() {
        ProofV2 proof = proof();
        assertRefused(relay.post("/handshake", proof.text(ForeignNode.generate())), "signature");
        assertRefused(relay.post("/handshake", proof.text()), "answers");
    }

    @Test
    void aChallengeThatWasNeverGivenIsRefused() {
        assertRefused(relay.post("/handshake", proof().answering("A".repeat(43)).text()), "answers");
    }

    @Test
    void aChallengeOfAWebSocketIsRefused() {
        try (JdkSocket socket = JdkSocket.v2(relay)) {
            ProofV2 proof = node.answerV2(socket.nextJson(), PUBLIC_ADDRESS, Instant.now());
            assertRefused(relay.post("/handshake", proof.text()), "answers");
        }
    }

    @Test
    void aProofForAnotherRelayIsRefused() {
        ProofV2 proof = node.answerV2(relay.get("/handshake").json(), "https://elsewhere.example.org", Instant.now());
        assertRefused(relay.post("/handshake", proof.text()), "audience");
    }

    @Test
    void anOriginalNodeGetsTheSignatureOfItsTime() {
        HttpAnswer answer = relay.post("/handshake", node.handshakeV1("", Instant.now()));
        assertThat(answer.status()).isEqualTo(200);
        JsonNode response = answer.json();
        assertThat(response.path("initiator").path("key").toString()).isEqualTo(node.keyNumbers());
        assertThat(ForeignNode.verifies(
                        ForeignNode.bytes(response.path("responder_key")),
                        response.path("message").asString().getBytes(UTF_8),
                        ForeignNode.bytes(response.path("signature"))))
                .isTrue();
        assertThat(answer.text()).endsWith(",\"_type\":\"HandshakeResponse\"}");
    }

    @Test
    void aStaleTimeIsNotSigned() {
        HttpAnswer answer =
                relay.post("/handshake", node.handshakeV1("", Instant.now().minusSeconds(301)));
        assertRefused(answer, "message");
    }

    @Test
    void aMessageIsNoHandshake() {
        HttpAnswer answer = relay.post("/handshake", node.broadcast("not a handshake"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.info()).contains("handshake");
    }

    @Test
    void aReferenceToAPrivateAddressIsNeverDialled() throws IOException {
        try (ServerSocket trap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            trap.setSoTimeout(TEMPTATION_MILLIS);
            for (String host :
                    new String[] {"127.0.0.1", "localhost", "[::1]", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"}) {
                String ref = "http://" + host + ":" + trap.getLocalPort();
                assertThat(relay.post("/handshake", node.handshakeV1(ref, Instant.now()))
                                .status())
                        .as(ref)
                        .isIn(200, 400, 403);
            }
            assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
        }
        relay.assertServing();
    }

    private ProofV2 proof() {
        return node.answerV2(relay.get("/handshake").json(), PUBLIC_ADDRESS, Instant.now());
    }

    private static void assertRefused(HttpAnswer answer, String field) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(403);
        assertThat(answer.code()).isEqualTo(403);
        assertThat(answer.info()).contains('"' + field + '"');
    }
}
