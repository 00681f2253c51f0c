package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a node gets once it has proven its key. */
final class V2SessionTest {
    private static RunningRelay relay;

    private final ForeignNode node = ForeignNode.generate();
    private final ForeignNode other = ForeignNode.generate();

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("network.event-loops=2");
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void aMessageArrivesWithItsPositionAndIsAcknowledgedWithTheSame() {
        try (JdkSocket sender = JdkSocket.v2(relay, node);
                JdkSocket receiver = JdkSocket.v2(relay, other)) {
            String message = node.broadcast("hello");
            sender.send(message);
            JsonNode acknowledged = sender.nextJson();
            assertThat(acknowledged.path("info").asString()).isEqualTo("Message received and valid");
            assertThat(acknowledged.path("id").asString()).hasSize(64);
            long position = acknowledged.path("position").asLong();
            assertThat(receiver.next()).isEqualTo("{\"position\":" + position + "," + message.substring(1));
        }
    }

    @Test
    void theSenderDoesNotGetItsOwnMessageAndPositionsRise() {
        try (JdkSocket sender = JdkSocket.v2(relay, node)) {
            long last = 0;
            for (int i = 0; i < 10; i++) {
                sender.send(node.broadcast("own " + i));
                JsonNode acknowledged = sender.nextJson();
                assertThat(acknowledged.has("id")).as("%s", acknowledged).isTrue();
                relay.post("/broadcast", other.broadcast("other " + i));
                JsonNode delivered = sender.nextJson();
                assertThat(delivered.path("message").path("data").asString()).isEqualTo("other " + i);
                assertThat(delivered.path("position").asLong())
                        .isGreaterThan(acknowledged.path("position").asLong())
                        .isGreaterThan(last);
                last = delivered.path("position").asLong();
            }
        }
    }

    @Test
    void aDuplicateIsAcknowledgedWithThePositionOfTheFirst() {
        try (JdkSocket sender = JdkSocket.v2(relay, node)) {
            String message = node.broadcast("twice");
            sender.send(message);
            JsonNode first = sender.nextJson();
            sender.send(message);
            assertThat(sender.nextJson()).isEqualTo(first);
        }
    }

    @Test
    void aRefusalNamesTheMessageAndWhatWasWrong() {
        try (JdkSocket sender = JdkSocket.v2(relay, node)) {
            sender.send(node.broadcast("x").replace("\"data\":\"x\"", "\"data\":\"y\""));
            JsonNode refusal = sender.nextJson();
            assertThat(refusal.path("code").asInt()).isEqualTo(403);
            assertThat(refusal.path("info").asString()).contains("signature");
            assertThat(refusal.path("id").asString()).hasSize(64);
        }
    }

    @Test
    void anAddressedMessageGoesToItsReceiverAlone() {
        ForeignNode third = ForeignNode.generate();
        try (JdkSocket sender = JdkSocket.v2(relay, node);
                JdkSocket receiver = JdkSocket.v2(relay, other);
                JdkSocket bystander = JdkSocket.v2(relay, third)) {
            sender.send(node.addressed(other, "for one"));
            assertThat(sender.nextJson().path("receiver").asString()).isEqualTo("online");
            assertThat(receiver.nextData()).isEqualTo("for one");
            relay.post("/broadcast", node.broadcast("for all"));
            assertThat(bystander.nextData()).isEqualTo("for all");
            assertThat(receiver.nextData()).isEqualTo("for all");
            assertThat(sender.nextData()).isEqualTo("for all");
        }
    }

    @Test
    void addressedMessagesKeepTheirPlaceAmongTheOthers() {
        try (JdkSocket receiver = JdkSocket.v2(relay, other)) {
            try (JdkSocket sender = JdkSocket.v2(relay, node)) {
                for (int i = 0; i < 50; i++) {
                    sender.send(i % 3 == 0 ? node.addressed(other, "m" + i) : node.broadcast("m" + i));
                }
                for (int i = 0; i < 50; i++) {
                    assertThat(sender.nextJson().has("id")).isTrue();
                }
            }
            for (int i = 0; i < 50; i++) {
                assertThat(receiver.nextData()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void theHelloAndTheAcknowledgementSayWhatAnAcknowledgedMessageSurvives() {
        try (JdkSocket asking = JdkSocket.v2(relay);
                JdkSocket sender = JdkSocket.v2(relay, node)) {
            assertThat(asking.nextJson().path("hello").path("durability").asString())
                    .isEqualTo("commit");
            sender.send(node.broadcast("a"));
            assertThat(sender.nextJson().path("durability").asString()).isEqualTo("commit");
        }
    }

    @Test
    void aMessageForNobodyHereIsAcknowledgedAsSuch() {
        try (JdkSocket sender = JdkSocket.v2(relay, node)) {
            sender.send(node.addressed(ForeignNode.generate(), "anybody there"));
            assertThat(sender.nextJson().path("receiver").asString()).isEqualTo("stored");
        }
    }

    @Test
    void aReceiverThatHasGoneIsAway() {
        JdkSocket.v2(relay, other).close();
        try (JdkSocket sender = JdkSocket.v2(relay, node)) {
            int[] number = {0};
            Awaitility.await().until(() -> {
                sender.send(node.addressed(other, "are you there " + number[0]++));
                return sender.nextJson().path("receiver").asString().equals("stored");
            });
        }
    }

    @Test
    void theSecondConnectionOfAKeyTakesThePlaceOfTheFirst() {
        try (JdkSocket first = JdkSocket.v2(relay, other);
                JdkSocket second = JdkSocket.v2(relay, other)) {
            assertThat(first.closeCode()).isEqualTo(4101);
            assertThat(relay.post("/broadcast", node.addressed(other, "to the newer"))
                            .json()
                            .path("receiver")
                            .asString())
                    .isEqualTo("online");
            assertThat(second.nextData()).isEqualTo("to the newer");
        }
    }

    @Test
    void whoeverCannotProveTheKeyDoesNotTakeItsPlace() {
        try (JdkSocket first = JdkSocket.v2(relay, other);
                JdkSocket thief = JdkSocket.v2(relay)) {
            JsonNode hello = thief.nextJson();
            thief.send(other.answerV2(hello, relay.socketAddress().toString(), relay.now())
                    .text(ForeignNode.generate()));
            assertThat(thief.nextJson().path("code").asInt()).isEqualTo(403);
            assertThat(thief.closeCode()).isEqualTo(4000);
            relay.post("/broadcast", node.addressed(other, "still to the first"));
            assertThat(first.nextData()).isEqualTo("still to the first");
        }
    }

    @Test
    void theReceiverOfAMessageMayBeItsSender() {
        try (JdkSocket sender = JdkSocket.v2(relay, node)) {
            sender.send(node.addressed(node, "to myself"));
            assertThat(sender.nextJson().path("receiver").asString()).isEqualTo("online");
            relay.post("/broadcast", other.broadcast("next"));
            assertThat(sender.nextData()).isEqualTo("next");
        }
    }

    @Test
    void anAcknowledgementOfTheNodeIsNotAnswered() {
        try (JdkSocket peer = JdkSocket.v2(relay, node)) {
            peer.send("{\"ack\":{\"position\":1}}");
            peer.send(node.broadcast("the only thing to answer"));
            assertThat(peer.nextJson().has("id")).isTrue();
            assertThat(peer.isQuiet()).isTrue();
        }
    }

    @Test
    void aPeerThatGoesWithoutGoodbyeIsForgotten() {
        long before = relay.total("traffic", "websockets_closed");
        try (RawConnection peer = relay.dial().upgradeV2()) {
            assertThat(peer.frame().text()).startsWith("{\"hello\":");
        }
        Awaitility.await().until(() -> relay.total("traffic", "websockets_closed") > before);
        relay.assertServing();
    }
}
