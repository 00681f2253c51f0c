package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1 as its clients rely on it. */
final class HttpConnectionTest {
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";

    private static RunningRelay relay;

    private final ForeignNode node = ForeignNode.generate();

    @BeforeAll
    static void start() {
        relay = RunningRelay.start();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        String message = node.broadcast("pipelined");
        try (RawConnection connection = relay.dial()) {
            connection.send(
                    LIVE + "GET /nope HTTP/1.1\r\nHost: relay\r\n\r\n" + "POST /broadcast HTTP/1.1\r\nHost: relay\r\n"
                            + "Content-Length: " + message.length() + "\r\n\r\n" + message + LIVE);
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(404);
            assertThat(connection.answer().info()).isEqualTo("Message received and valid");
            assertThat(connection.answer().text()).isEqualTo("{\"status\":\"up\"}");
        }
    }

    @Test
    void manyPipelinedBroadcastsAreAllAnswered() {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            String message = node.broadcast("pipelined " + i);
            requests.append("POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: ")
                    .append(message.length())
                    .append("\r\n\r\n")
                    .append(message);
        }
        try (RawConnection connection = relay.dial()) {
            connection.send(requests.toString());
            long last = 0;
            for (int i = 0; i < 150; i++) {
                long position = connection.answer().json().path("position").asLong();
                assertThat(position).isGreaterThan(last);
                last = position;
            }
        }
    }

    @Test
    void aClientThatHasEndedItsSideIsAnswered() {
        String message = node.broadcast("the last words");
        try (RawConnection connection = relay.dial()) {
            connection
                    .send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: " + message.length() + "\r\n\r\n"
                            + message)
                    .endOutput();
            assertThat(connection.answer().status()).isEqualTo(200);
            connection.assertEnd();
        }
    }

    @Test
    void whatWasPublishedIsHandedOut() {
        String message = node.broadcast("for later");
        long position =
                relay.post("/broadcast", message).json().path("position").asLong();
        HttpAnswer page = relay.get("/messages?after=" + (position - 1) + "&limit=1");
        assertThat(page.text()).contains(message.substring(1)).contains("\"next\":" + position);
        String id = page.json().path("messages").path(0).path("id").asString();
        assertThat(relay.get("/messages/" + id).text()).contains(message.substring(1));
    }

    @Test
    void manyPipelinedRequestsAreAllAnswered() {
        try (RawConnection connection = relay.dial()) {
            connection.send(LIVE.repeat(500));
            for (int i = 0; i < 500; i++) {
                assertThat(connection.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void nothingIsAnsweredAfterConnectionClose() {
        try (RawConnection connection = relay.dial()) {
            connection.send("GET /health/live HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n" + LIVE);
            assertThat(connection.answer().header("connection")).isEqualTo("close");
            connection.awaitEnd();
        }
    }

    @Test
    void aConnectionIsKeptAfterARefusal() {
        try (RawConnection connection = relay.dial()) {
            connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(connection.answer().status()).isEqualTo(400);
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatIsExpectedIsAskedFor() {
        String message = node.broadcast("expected");
        try (RawConnection connection = relay.dial()) {
            connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nExpect: 100-continue\r\nContent-Length: "
                    + message.length() + "\r\n\r\n");
            assertThat(connection.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(connection.send(message).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anotherExpectationIsRefused() {
        try (RawConnection connection = relay.dial()) {
            connection.send(
                    "POST /broadcast HTTP/1.1\r\nHost: relay\r\nExpect: a miracle\r\nContent-Length: 2\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(417);
        }
    }

    @Test
    void aChunkedBodyIsTaken() {
        String message = node.broadcast("in chunks");
        try (RawConnection connection = relay.dial()) {
            connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < message.length(); i++) {
                connection.send("1\r\n" + message.charAt(i) + "\r\n");
            }
            assertThat(connection.send("0\r\n\r\n").answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: relay\r\n", "Connection: close\r\n"})
    void http10IsAnsweredAndClosed(String headers) {
        try (RawConnection connection = relay.dial()) {
            connection.send("GET /health/live HTTP/1.0\r\n" + headers + "\r\n");
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("close");
            connection.assertEnd();
        }
    }

    @Test
    void http10IsKeptWhenAskedFor() {
        try (RawConnection connection = relay.dial()) {
            String request = "GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            assertThat(connection.send(request).answer().header("connection")).isEqualTo("keep-alive");
            assertThat(connection.send(request).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anEmptyLineBeforeARequestIsPassedOver() {
        try (RawConnection connection = relay.dial()) {
            connection.send(LIVE);
            connection.answer();
            assertThat(connection.send("\r\n" + LIVE).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aProgramGetsJsonAndABrowserAPage() {
        assertThat(relay.get("/").header("content-type")).isEqualTo("application/json");
        assertThat(relay.page().path("name").asString()).isEqualTo("Monorelay");
        assertThat(relay.page().path("key").asString()).hasSize(43);
        try (RawConnection browser = relay.dial()) {
            browser.send("GET / HTTP/1.1\r\nHost: relay\r\nAccept: text/html,*/*;q=0.8\r\n\r\n");
            HttpAnswer page = browser.answer();
            assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
            assertThat(page.text()).contains("<html").doesNotContain("{{");
        }
    }

    @Test
    void aQueryDoesNotChangeThePath() {
        assertThat(relay.get("/health/ready?x=1").status()).isEqualTo(200);
    }
}
