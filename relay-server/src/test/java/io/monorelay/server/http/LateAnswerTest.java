package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Fault;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that take a while: what the client sees, and what it costs. */
@Timeout(60)
final class LateAnswerTest {
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";
    private static final String UPGRADE =
            "GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: " + RawConnection.UPGRADE_KEY + "\r\n\r\n";

    private final ForeignNode node = ForeignNode.generate();
    private HeldStoreServer server = new HeldStoreServer(Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aBroadcastIsAnsweredWhenItIsDurableAndNotBefore() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one")));
            server.awaitLogged(1);
            server.storeOnly();
            server.settle();
            connection.assertNothingYet();
            server.commit();
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("position").asLong()).isEqualTo(1);
            assertThat(answer.json().path("durability").asString()).isEqualTo("commit");
        }
    }

    @Test
    void requestsBehindALateAnswerAreAnsweredInOrder() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one"))
                    + LIVE
                    + HeldStoreServer.post("{}")
                    + HeldStoreServer.post(node.broadcast("two"))
                    + LIVE);
            server.awaitLogged(1);
            connection.assertNothingYet();
            server.commit();
            assertThat(connection.answer().json().path("position").asLong()).isEqualTo(1);
            assertThat(connection.answer().text()).isEqualTo("{\"status\":\"up\"}");
            assertThat(connection.answer().status()).isEqualTo(400);
            server.awaitLogged(2);
            connection.assertNothingYet();
            server.commit();
            assertThat(connection.answer().json().path("position").asLong()).isEqualTo(2);
            assertThat(connection.answer().text()).isEqualTo("{\"status\":\"up\"}");
        }
    }

    @Test
    void aLongQueueOfBroadcastsOnOneConnectionIsAnsweredInOrder() {
        int count = 100;
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append(HeldStoreServer.post(node.broadcast("message " + i)));
        }
        try (RawConnection connection = server.dial()) {
            connection.send(requests.toString());
            for (int position = 1; position <= count; position++) {
                server.awaitLogged(position);
                server.commit();
                assertThat(connection.answer().json().path("position").asLong()).isEqualTo(position);
            }
        }
    }

    @Test
    void whileAnAnswerIsDueNothingIsReadAndThenTheRestIs() {
        try (RawConnection connection = server.dial()) {
            String message = node.broadcast("one");
            connection.send(HeldStoreServer.post(message));
            server.awaitLogged(1);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(server.isReading()).isFalse());
            String half = HeldStoreServer.post(message);
            connection.send(LIVE + half.substring(0, 200));
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().text()).isEqualTo("{\"status\":\"up\"}");
            connection.send(half.substring(200));
            assertThat(connection.answer().json().path("position").asLong()).isEqualTo(1);
        }
    }

    @Test
    void otherConnectionsAreServedMeanwhile() {
        try (RawConnection waiting = server.dial()) {
            waiting.send(HeldStoreServer.post(node.broadcast("one")));
            server.awaitLogged(1);
            assertThat(server.get("/health/live").status()).isEqualTo(200);
            server.commit();
            assertThat(waiting.answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"})
    void theLastAnswerIsFollowedByTheEnd(String start) {
        String message = node.broadcast("last");
        try (RawConnection connection = server.dial()) {
            connection.send("POST /broadcast " + start + "Content-Length: " + message.length() + "\r\n\r\n" + message);
            server.awaitLogged(1);
            connection.assertNothingYet();
            server.commit();
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("close");
            connection.assertEnd();
        }
    }

    @Test
    void nothingBehindTheLastRequestIsAnswered() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("last"), "Connection: close\r\n") + LIVE);
            server.awaitLogged(1);
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            connection.awaitEnd();
        }
        assertThat(server.metrics.traffic().count(Traffic.HTTP_REQUESTS)).isEqualTo(1);
    }

    @Test
    void aClientThatHasEndedItsSideStillGetsItsAnswers() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one")) + LIVE).endOutput();
            server.awaitLogged(1);
            connection.assertNothingYet();
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().text()).isEqualTo("{\"status\":\"up\"}");
            connection.assertEnd();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.openConnections()).isZero());
    }

    @Test
    void aClientThatHangsUpBreaksNothing() {
        RawConnection connection = server.dial();
        connection.send(HeldStoreServer.post(node.broadcast("one")) + LIVE.repeat(20));
        server.awaitLogged(1);
        connection.close();
        server.commit();
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.openConnections()).isZero());
        assertThat(server.get("/messages").json().path("messages").size()).isEqualTo(1);
        assertThat(server.metrics.faults().count(Fault.INTERNAL)).isZero();
    }

    @Test
    void aClientThatSendsTooMuchAtOnceIsAnsweredInPartAndClosed() {
        try (RawConnection connection = server.dial()) {
            // All of it comes with one read, once the first one is answered.
            String tiny = "GET /health/live HTTP/1.1\r\n\r\n";
            connection.send(HeldStoreServer.post(node.broadcast("one")));
            server.awaitLogged(1);
            connection.send(HeldStoreServer.post(node.broadcast("two")) + tiny.repeat(RequestGate.MAX_HELD));
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            server.awaitLogged(2);
            server.commit();
            int partsOfARequest = 2;
            for (int i = 0; i <= RequestGate.MAX_HELD / partsOfARequest; i++) {
                assertThat(connection.answer().status()).isEqualTo(200);
            }
            connection.assertEnd();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.openConnections()).isZero());
    }

    @Test
    void aClientThatSendsWithoutEndWhileItIsClosedGetsNoFurther() {
        try (RawConnection connection = server.dial()) {
            String tiny = "GET /health/live HTTP/1.1\r\n\r\n";
            connection.send(HeldStoreServer.post(node.broadcast("one")));
            server.awaitLogged(1);
            connection.send(HeldStoreServer.post(node.broadcast("two")) + tiny.repeat(RequestGate.MAX_HELD));
            server.commit();
            server.awaitLogged(2);
            server.commit();
            connection.sendUntilRefused(tiny.repeat(1000).getBytes(US_ASCII), 200);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.openConnections()).isZero());
        assertThat(server.metrics.faults().count(Fault.INTERNAL)).isZero();
        assertThat(server.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedInItsTurn() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one"))
                    + "POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1000));
            server.awaitLogged(1);
            connection.assertNothingYet();
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(413);
            connection.awaitEnd();
        }
    }

    @Test
    void aBodyThatIsExpectedIsAskedForInItsTurn() {
        String message = node.broadcast("two");
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one"))
                    + "POST /broadcast HTTP/1.1\r\nHost: relay\r\nExpect: 100-continue\r\nContent-Length: "
                    + message.length() + "\r\n\r\n");
            server.awaitLogged(1);
            connection.assertNothingYet();
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            connection.send(message);
            server.awaitLogged(2);
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anUpgradeDoesNotOvertakeAnAnswer() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one")) + UPGRADE);
            server.awaitLogged(1);
            connection.assertNothingYet();
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            HttpAnswer refused = connection.answer();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.info()).contains("upgrade after the answer");
            connection.assertEnd();
        }
    }

    @Test
    void garbageBehindALateAnswerIsRefusedInItsTurn() {
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(node.broadcast("one")) + "NOT HTTP AT ALL\r\n\r\n" + LIVE);
            server.awaitLogged(1);
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(400);
            connection.awaitEnd();
        }
    }

    @Test
    void anAnswerThatTakesTooLongIsGivenUpAndTheConnectionGoesOn() {
        server.close();
        server = new HeldStoreServer(Duration.ofMillis(300));
        String message = node.broadcast("one");
        try (RawConnection connection = server.dial()) {
            HttpAnswer overdue = connection.send(HeldStoreServer.post(message)).answer();
            assertThat(overdue.status()).isEqualTo(503);
            assertThat(overdue.header("retry-after")).isEqualTo("1");
            assertThat(overdue.info()).contains("sent again");
            assertThat(server.metrics.faults().count(Fault.ANSWER_OVERDUE)).isEqualTo(1);
            server.commit();
            assertThat(connection.send(LIVE).answer().text()).isEqualTo("{\"status\":\"up\"}");
            HttpAnswer again = connection.send(HeldStoreServer.post(message)).answer();
            assertThat(again.json().path("position").asLong()).isEqualTo(1);
        }
    }

    @Test
    void theTimeOfTheRelayIsNotTheClients() {
        server.close();
        server = new HeldStoreServer(Duration.ofMillis(600));
        try (RawConnection connection = server.dial()) {
            // Half of the next request is there all the time that the relay takes for the first.
            connection.send(HeldStoreServer.post(node.broadcast("one")) + LIVE.substring(0, 20));
            assertThat(connection.answer().status()).isEqualTo(503);
            assertThat(connection.send(LIVE.substring(20)).answer().status()).isEqualTo(200);
            assertThat(server.metrics.faults().count(Fault.REQUEST_TIMEOUT)).isZero();
        }
    }

    @Test
    void aRequestThatWaitedIsHeldToItsTimeOnceItIsItsTurn() {
        server.close();
        server = new HeldStoreServer(Duration.ofMillis(300));
        try (RawConnection connection = server.dial()) {
            String second = HeldStoreServer.post(node.broadcast("two"));
            connection.send(HeldStoreServer.post(node.broadcast("one")) + second.substring(0, second.length() - 1));
            assertThat(connection.answer().status()).isEqualTo(503);
            assertThat(connection.answer().status()).isEqualTo(408);
            connection.awaitEnd();
        }
    }

    @Test
    void aClientThatReadsNoAnswersGetsNoMoreThanAFew() {
        for (int i = 0; i < 40; i++) {
            server.publish(node.broadcast("x".repeat(30_000) + i));
        }
        try (RawConnection connection = server.dial()) {
            String page = "GET /messages HTTP/1.1\r\nHost: relay\r\n\r\n";
            connection.send(page.repeat(30));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(server.isReading()).isFalse());
            for (int i = 0; i < 30; i++) {
                assertThat(connection.answer().json().path("messages").size()).isPositive();
            }
        }
    }
}
