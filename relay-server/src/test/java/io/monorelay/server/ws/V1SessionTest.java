package io.monorelay.server.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Original nodes at the other end. */
final class V1SessionTest {
    private static RunningRelay relay;

    private final ForeignNode node = ForeignNode.generate();

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("ping.v1-interval=1s");
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void aMessageArrivesAndIsAnswered() {
        try (JdkSocket sender = JdkSocket.v1(relay);
                JdkSocket receiver = JdkSocket.v1(relay)) {
            String message = node.broadcast("hello");
            sender.send(message);
            assertThat(sender.next()).isEqualTo("{\"info\":\"Broadcast message was valid\",\"_type\":\"WS_Success\"}");
            assertThat(receiver.next()).isEqualTo(typed(message));
        }
    }

    @Test
    void theSenderDoesNotGetItsOwnMessageAndTheOthersGetAllInOrder() {
        try (JdkSocket sender = JdkSocket.v1(relay);
                JdkSocket otherV1 = JdkSocket.v1(relay);
                JdkSocket otherV2 = JdkSocket.v2(relay, ForeignNode.generate())) {
            for (int i = 0; i < 10; i++) {
                sender.send(node.broadcast("own " + i));
                assertThat(sender.next()).contains("WS_Success");
                relay.post("/broadcast", node.broadcast("other " + i));
                assertThat(sender.nextData()).isEqualTo("other " + i);
            }
            for (int i = 0; i < 10; i++) {
                assertThat(otherV1.nextData()).isEqualTo("own " + i);
                assertThat(otherV1.nextData()).isEqualTo("other " + i);
                assertThat(otherV2.nextData()).isEqualTo("own " + i);
                assertThat(otherV2.nextData()).isEqualTo("other " + i);
            }
        }
    }

    @Test
    void anInvalidMessageIsAnsweredInTheWordsOfTheOriginal() {
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            String forged = ForeignNode.generate().broadcast("x").replace("\"data\":\"x\"", "\"data\":\"y\"");
            for (String text : new String[] {forged, "not json", "{}", "[]", "{\"position\":1}"}) {
                peer.send(text);
                assertThat(peer.next())
                        .isEqualTo("{\"code\":1,\"info\":\"Broadcast message was invalid\",\"_type\":\"WS_Error\"}");
            }
        }
    }

    @Test
    void answersAreNeverAnswered() {
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            peer.send("{\"info\":\"Broadcast message was valid\"}");
            peer.send("{\"info\":\"Broadcast message was valid\",\"_type\":\"WS_Success\"}");
            peer.send("{\"code\":1,\"info\":\"Broadcast message was invalid\"}");
            peer.send("{\"code\":1,\"info\":\"Broadcast message was invalid\",\"_type\":\"WS_Error\"}");
            peer.send(node.broadcast("the only thing to answer"));
            assertThat(peer.next()).contains("WS_Success");
            assertThat(peer.isQuiet()).isTrue();
        }
    }

    @Test
    void aHandshakeProvesTheRelaysKeyAndThePeerIsAskedBack() {
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            Instant now = Instant.now();
            peer.send(node.handshakeV1("", now));
            JsonNode response = peer.nextJson();
            assertThat(response.path("_type").asString()).isEqualTo("HandshakeResponse");
            assertThat(response.path("initiator").path("key").toString()).isEqualTo(node.keyNumbers());
            assertThat(ForeignNode.verifies(
                            ForeignNode.bytes(response.path("responder_key")),
                            response.path("message").asString().getBytes(UTF_8),
                            ForeignNode.bytes(response.path("signature"))))
                    .isTrue();

            JsonNode askedBack = peer.nextJson();
            assertThat(askedBack.path("_type").asString()).isEqualTo("HandshakeRequest");
            assertThat(askedBack.path("initiator").path("key")).isEqualTo(response.path("responder_key"));
            peer.send(node.answerV1(askedBack));
            ForeignNode sender = ForeignNode.generate();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(relay.post("/broadcast", sender.addressed(node, "for you alone"))
                                    .json()
                                    .path("receiver")
                                    .asString())
                            .isEqualTo("online"));
            assertThat(peer.nextData()).isEqualTo("for you alone");
        }
    }

    @Test
    void aProofOfAnotherKeyMovesNoMessages() {
        ForeignNode thief = ForeignNode.generate();
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            peer.send(node.handshakeV1("", Instant.now()));
            peer.next();
            JsonNode askedBack = peer.nextJson();
            peer.send(thief.answerV1(askedBack).replace(thief.keyNumbers(), node.keyNumbers()));
            assertThat(peer.next()).contains("WS_Error");
            assertThat(relay.post("/broadcast", ForeignNode.generate().addressed(node, "not for thieves"))
                            .json()
                            .path("receiver")
                            .asString())
                    .isEqualTo("stored");
            peer.send(thief.broadcast("next"));
            assertThat(peer.next()).contains("WS_Success");
        }
    }

    @Test
    void aSignedTimeThatWasPassedOnTakesNothingFromWhoHasProvenMore() {
        ForeignNode victim = ForeignNode.generate();
        ForeignNode sender = ForeignNode.generate();
        try (JdkSocket meant = JdkSocket.v2(relay, victim);
                JdkSocket thief = JdkSocket.v1(relay)) {
            proveByTime(thief, victim);
            assertThat(thief.next()).contains("WS_Error");
            thief.send(sender.broadcast("for all"));
            assertThat(thief.next()).contains("WS_Success");
            relay.post("/broadcast", sender.addressed(victim, "for one"));
            assertThat(meant.nextData()).isEqualTo("for all");
            assertThat(meant.nextData()).isEqualTo("for one");
            assertThat(thief.isQuiet()).isTrue();
        }
    }

    @Test
    void whoProvesMoreTakesThePlaceOfASignedTime() {
        ForeignNode victim = ForeignNode.generate();
        try (JdkSocket thief = JdkSocket.v1(relay)) {
            proveByTime(thief, victim);
            thief.send(node.broadcast("the answer to this comes after the proof"));
            assertThat(thief.next()).contains("WS_Success");
            try (JdkSocket meant = JdkSocket.v2(relay, victim)) {
                assertThat(thief.closeCode()).isEqualTo(4101);
                relay.post("/broadcast", node.addressed(victim, "for one"));
                assertThat(meant.nextData()).isEqualTo("for one");
            }
        }
    }

    @Test
    void aSignedTimeIsNoReasonToTakeWhatIsLongPast() {
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            proveByTime(peer, node);
            peer.send(node.broadcast("old", Instant.now().minusSeconds(3_600)));
            assertThat(peer.next()).contains("WS_Error");
        }
    }

    private static void proveByTime(JdkSocket socket, ForeignNode as) {
        socket.send(as.handshakeV1("", Instant.now()));
        socket.next();
        socket.send(as.answerV1(socket.nextJson()));
    }

    @Test
    void aHandshakeWithAStaleTimeOrNoneIsNotSigned() {
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            peer.send(node.handshakeV1("", Instant.now().minusSeconds(301)));
            assertThat(peer.next()).contains("WS_Error");
            peer.send(node.handshakeV1("", Instant.now().plusSeconds(310)));
            assertThat(peer.next()).contains("WS_Error");
            peer.send("{\"initiator\":{\"key\":" + node.keyNumbers() + ",\"ref\":\"\"},\"message\":\"sign this\"}");
            assertThat(peer.next()).contains("WS_Error");
        }
    }

    @Test
    void aCompactMessageDoesNotReachAV1Peer() {
        long before = relay.total("drops", "compact_form_for_v1");
        try (JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, ForeignNode.generate())) {
            String compact = node.compact("compact");
            assertThat(relay.post("/broadcast", compact).status()).isEqualTo(200);
            relay.post("/broadcast", node.broadcast("in numbers"));
            assertThat(v1.nextData()).isEqualTo("in numbers");
            assertThat(v2.next()).endsWith(compact.substring(1));
            assertThat(v2.nextData()).isEqualTo("in numbers");
        }
        assertThat(relay.total("drops", "compact_form_for_v1")).isGreaterThan(before);
    }

    @Test
    void anAddressedMessageGoesToNoOther() {
        try (JdkSocket bystander = JdkSocket.v1(relay)) {
            ForeignNode receiver = ForeignNode.generate();
            try (JdkSocket meant = JdkSocket.v2(relay, receiver)) {
                relay.post("/broadcast", node.addressed(receiver, "secret"));
                assertThat(meant.nextData()).isEqualTo("secret");
            }
            relay.post("/broadcast", node.broadcast("public"));
            assertThat(bystander.nextData()).isEqualTo("public");
        }
    }

    @Test
    void aPeerIsPingedWithinTheInterval() {
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> peer.pings() >= 2);
        }
    }

    @Test
    void aPeerThatIsSilentForThreeIntervalsIsClosed() {
        try (RawConnection peer = relay.dial().upgrade()) {
            Frame frame = peer.frame();
            while (frame.head() == Frame.PING) {
                frame = peer.frame();
            }
            assertThat(frame.closeCode()).isEqualTo(4102);
            peer.assertEnd();
        }
    }

    private static String typed(String message) {
        return message.substring(0, message.length() - 1) + ",\"_type\":\"Broadcast_Message\"}";
    }
}
