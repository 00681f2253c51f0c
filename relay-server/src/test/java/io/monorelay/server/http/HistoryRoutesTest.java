package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.Fault;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.store.MessageStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is stored, as HTTP clients read it. */
@Timeout(60)
final class HistoryRoutesTest {
    private final ForeignNode node = ForeignNode.generate();
    private final ForeignNode other = ForeignNode.generate();
    private final HeldStoreServer server = new HeldStoreServer(Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void messagesComeInOrderByteForByteAsTheyWereSigned() {
        String first = node.broadcast("first");
        String second = other.compact("second");
        server.publish(first, second);
        HttpAnswer answer = server.get("/messages");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.text())
                .isEqualTo("{\"messages\":[" + stored(1, first) + "," + stored(2, second) + "],\"next\":2}");
    }

    @Test
    void aMessageOverSeveralLinesIsStoredAsItWasSigned() {
        String contents = "{ \"sender\" : " + node.keyNumbers() + ",\n\"receiver\" : [],\n\"data\" : \"caf\u00e9\",\n"
                + "\"time\" : \"" + time() + "\"}";
        String published = "{\"signature\":" + signature(contents) + ",\n\"message\":" + contents + "}";
        byte[] body = published.getBytes(UTF_8);
        try (RawConnection connection = server.dial()) {
            connection
                    .send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .send(body);
            server.awaitLogged(1);
            server.commit();
            assertThat(connection.answer().status()).isEqualTo(200);
        }
        assertThat(server.get("/messages").text())
                .contains("\"message\":" + contents + ",\"signature\":" + signature(contents));
    }

    @Test
    void aCursorLeadsThroughEverythingOnceAndThenSaysThatNothingIsNew() {
        List<String> published = publish(23);
        List<String> seen = new ArrayList<>();
        long after = 0;
        JsonNode page;
        do {
            page = server.get("/messages?after=" + after + "&limit=5").json();
            page.path("messages").forEach(message -> seen.add(data(message)));
            assertThat(page.path("messages").size()).isLessThanOrEqualTo(5);
            after = page.path("next").asLong();
        } while (!page.path("messages").isEmpty());
        assertThat(seen).isEqualTo(published);
        assertThat(server.get("/messages?after=" + after).text()).isEqualTo("{\"messages\":[],\"next\":" + after + "}");
        server.publish(node.broadcast("new"));
        assertThat(data(server.get("/messages?after=" + after)
                        .json()
                        .path("messages")
                        .path(0)))
                .isEqualTo("new");
    }

    @Test
    void aPageHasAHundredMessagesUnlessMoreAreAskedFor() {
        publish(120);
        assertThat(server.get("/messages").json().path("messages").size()).isEqualTo(100);
        assertThat(server.get("/messages?limit=1000").json().path("messages").size())
                .isEqualTo(120);
    }

    @Test
    void aPageOfLongMessagesIsShort() {
        for (int i = 0; i < 50; i++) {
            server.publish(node.broadcast("x".repeat(40_000) + i));
        }
        HttpAnswer page = server.get("/messages?limit=1000");
        assertThat(page.body().length).isBetween(PageRequest.MAX_BYTES, PageRequest.MAX_BYTES + (64 << 10));
        long next = page.json().path("next").asLong();
        assertThat(page.json().path("messages").size()).isEqualTo((int) next);
        assertThat(server.get("/messages?limit=1000&after=" + next)
                        .json()
                        .path("messages")
                        .size())
                .isEqualTo(50 - (int) next);
    }

    @Test
    void theMessagesOfOneSenderAreFoundByItsKeyInEitherForm() {
        server.publish(node.broadcast("a"), other.broadcast("b"), node.broadcast("c"));
        for (String key : List.of(
                node.keyText(),
                HexFormat.of().formatHex(node.key()),
                HexFormat.of().withUpperCase().formatHex(node.key()))) {
            JsonNode page = server.get("/messages?sender=" + key).json();
            assertThat(page.path("messages").size()).isEqualTo(2);
            assertThat(data(page.path("messages").path(1))).isEqualTo("c");
            assertThat(page.path("next").asLong()).isEqualTo(3);
        }
        assertThat(server.get("/messages?sender=" + ForeignNode.generate().keyText())
                        .text())
                .isEqualTo("{\"messages\":[],\"next\":3}");
    }

    @Test
    void addressedMessagesAreHandedToNobody() {
        String secret = node.addressed(other, "secret");
        server.publish(node.broadcast("open"), secret);
        assertThat(server.get("/messages").text()).contains("open").doesNotContain("secret");
        assertThat(server.get("/messages?sender=" + node.keyText()).text()).doesNotContain("secret");
        HttpAnswer byId = server.get("/messages/" + id(secret));
        assertThat(byId.status()).isEqualTo(404);
        assertThat(byId.body())
                .isEqualTo(server.get("/messages/" + "0".repeat(64)).body());
        HttpAnswer byReceiver = server.get("/messages?receiver=" + other.keyText());
        assertThat(byReceiver.status()).isEqualTo(403);
        assertThat(byReceiver.info()).contains("handed to that node alone").contains("WebSocket");
    }

    @Test
    void whatIsNotDurableIsNotShown() {
        String message = node.broadcast("not yet");
        try (RawConnection connection = server.dial()) {
            connection.send(HeldStoreServer.post(message));
            server.awaitLogged(1);
            server.storeOnly();
            assertThat(server.get("/messages").text()).isEqualTo("{\"messages\":[],\"next\":0}");
            assertThat(server.get("/messages/" + id(message)).status()).isEqualTo(404);
            server.commit();
            assertThat(server.get("/messages").text()).contains("not yet");
            assertThat(server.get("/messages/" + id(message)).status()).isEqualTo(200);
        }
    }

    @Test
    void oneMessageIsFoundByItsId() {
        String message = node.broadcast("wanted");
        server.publish(node.broadcast("other"), message);
        assertThat(server.get("/messages/" + id(message)).text()).isEqualTo(stored(2, message));
    }

    @Test
    void whatRetentionRemovedIsSaidToWhoeverMayMissIt() {
        publish(10);
        server.store.trim(new MessageStore.Retention(Long.MAX_VALUE / 2, 0), 4);
        JsonNode page = server.get("/messages?after=1&limit=2").json();
        assertThat(page.path("removed_through").asLong()).isEqualTo(4);
        assertThat(page.path("messages").path(0).path("position").asLong()).isEqualTo(5);
        assertThat(server.get("/messages?after=4").text()).doesNotContain("removed_through");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "after=-1     | parameter \"after\": expected a whole number from 0 to 9223372036854775807, got \"-1\"",
                "after=x      | parameter \"after\": expected a whole number from 0 to 9223372036854775807, got \"x\"",
                "after=       | got \"\"",
                "after=1.5    | got \"1.5\"",
                "after=99999999999999999999 | got \"99999999999999999999\"",
                "after=%00%ff | got \"??\"",
                "limit=0      | parameter \"limit\": expected a whole number from 1 to 1000, got \"0\"",
                "limit=1001   | parameter \"limit\": expected a whole number from 1 to 1000, got \"1001\"",
                "sender=abc   | parameter \"sender\": expected a key as 43 characters of unpadded base64url or 64 hex digits, got \"abc\"",
                "limit=1&limit=2 | parameter \"limit\": expected once, got 2 times",
                "limt=5       | unknown parameter \"limt\", expected after, limit or sender",
            })
    void aBadParameterIsNamedWithWhatCameAndWhatIsExpected(String query, String info) {
        HttpAnswer answer = server.get("/messages?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.info()).contains(info);
        assertThat(server.metrics.faults().count(Fault.BAD_PARAMETER)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "zz", "%00"})
    void anIdThatIsNoneIsRefused(String id) {
        HttpAnswer answer = server.get("/messages/" + id);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.info()).startsWith("expected a message id of 64 hex digits, got \"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /messages", "DELETE /messages/abc", "HEAD /messages"})
    void otherMethodsAreRefused(String start) {
        try (RawConnection connection = server.dial()) {
            connection.send(start + " HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
            assertThat(connection.head()).startsWith("HTTP/1.1 405 ");
        }
    }

    @Test
    void aStoreThatCannotBeReadIsSaidWithATimeToTryAgain() {
        server.publish(node.broadcast("there"));
        server.readers.close();
        for (String target : List.of("/messages", "/messages/" + "0".repeat(64))) {
            HttpAnswer answer = server.get(target);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("1");
            assertThat(answer.json().path("retry_after_ms").asLong()).isEqualTo(1000);
        }
        assertThat(server.metrics.faults().count(Fault.STORE_UNAVAILABLE)).isEqualTo(2);
    }

    @Test
    void aPathThatDoesNotExistIsAnsweredWithThoseThatDo() {
        HttpAnswer answer = server.get("/messages/a/b");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.info()).contains("/messages, /messages/{id}");
    }

    @Test
    void theNodesPageNamesTheStore() {
        JsonNode page = server.get("/").json();
        assertThat(page.path("durability").asString()).isEqualTo("commit");
        assertThat(page.path("store").asString()).isEqualTo("SQLite");
        try (RawConnection browser = server.dial()) {
            browser.send("GET / HTTP/1.1\r\nHost: relay\r\nAccept: text/html\r\n\r\n");
            assertThat(browser.answer().text())
                    .contains("SQLite: what is acknowledged survives kill -9")
                    .doesNotContain("{{");
        }
    }

    @Test
    void readinessNamesAllThatSpeaksAgainstIt() {
        assertThat(server.get("/health/ready").info()).isEqualTo("starting");
        server.readiness.notReady(Readiness.Reason.CANNOT_STORE);
        HttpAnswer both = server.get("/health/ready");
        assertThat(both.status()).isEqualTo(503);
        assertThat(both.info()).isEqualTo("starting, cannot store");
        server.readiness.ready(Readiness.Reason.STARTING);
        assertThat(server.get("/health/ready").info()).isEqualTo("cannot store");
        server.readiness.ready(Readiness.Reason.CANNOT_STORE);
        assertThat(server.get("/health/ready").status()).isEqualTo(200);
    }

    private List<String> publish(int count) {
        List<String> data = new ArrayList<>();
        String[] messages = new String[count];
        for (int i = 0; i < count; i++) {
            data.add("message " + i);
            messages[i] = node.broadcast(data.get(i));
        }
        server.publish(messages);
        return data;
    }

    private static String stored(long position, String message) {
        return "{\"position\":" + position + ",\"id\":\"" + id(message) + "\"," + message.substring(1);
    }

    private static String data(JsonNode message) {
        return message.path("message").path("data").asString();
    }

    private static String id(String message) {
        int from = message.indexOf(':') + 1;
        int to = message.lastIndexOf(",\"signature\":");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(message.substring(from, to).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String signature(String contents) {
        String signed = node.signed(contents);
        return signed.substring(signed.lastIndexOf(':') + 1, signed.length() - 1);
    }

    private String time() {
        String message = node.broadcast("");
        int from = message.indexOf("\"time\":\"") + 8;
        return message.substring(from, from + 19);
    }
}
