package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is requested, the answer says what was wrong, and the relay goes on serving others. */
final class BadRequestTest {
    private static final int TEN_MEGABYTES = 10 << 20;
    private static final ForeignNode NODE = ForeignNode.generate();

    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start();
    }

    @AfterEach
    void goesOnServing() {
        relay.assertServing();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    static Stream<Arguments> bodies() {
        String good = NODE.broadcast("good");
        String contents = NODE.contents("[]", "x", "2022-09-22 12:03:11");
        Instant now = Instant.now();
        return Stream.of(
                Arguments.of("malformed JSON", "{\"message\":", 400),
                Arguments.of("nothing", "", 400),
                Arguments.of("deeply nested arrays", "[".repeat(50_000), 400),
                Arguments.of("deeply nested objects", "{\"a\":".repeat(10_000), 400),
                Arguments.of("deep within a member", "{\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}", 400),
                Arguments.of("too many fields", "{" + "\"a\":1,".repeat(5_000) + "\"b\":2}", 400),
                Arguments.of("an endless number", "{\"position\":" + "9".repeat(50_000) + "}", 400),
                Arguments.of("a wrong signature", good.replace("good", "evil"), 403),
                Arguments.of("a short signature", NODE.signed(contents).replaceFirst("(,[0-9]+)]}$", "]}"), 400),
                Arguments.of("a short sender", good.replaceFirst("\\[[0-9]+,", "["), 400),
                Arguments.of("a receiver of one byte", good.replace("\"receiver\":[]", "\"receiver\":[7]"), 400),
                Arguments.of("a number that is no byte", good.replaceFirst("\\[[0-9]+,", "[256,"), 400),
                Arguments.of("two signatures", good.replace("{\"message\"", "{\"signature\":[],\"message\""), 400),
                Arguments.of("something after the message", good + "{}", 400),
                Arguments.of("a NUL", good.replace("good", "g\\u0000od"), 400),
                Arguments.of("half a surrogate pair", good.replace("good", "\\ud800"), 400),
                Arguments.of("a time that is none", good.replaceFirst("\"time\":\"[^\"]+", "\"time\":\"now"), 400),
                Arguments.of("a stale time", NODE.broadcast("late", now.minusSeconds(605)), 403),
                Arguments.of("a future time", NODE.broadcast("early", now.plusSeconds(660)), 403),
                Arguments.of("a handshake", NODE.handshakeV1("", now), 400),
                Arguments.of("an answer", "{\"info\":\"Broadcast message was valid\"}", 400));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("bodies")
    void aBadBodyIsRefused(String what, String body, int status) {
        assertRefused(relay.post("/broadcast", body), status);
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] body = NODE.broadcast("good").getBytes(UTF_8);
        body[new String(body, UTF_8).indexOf("good")] = (byte) 0xFF;
        HttpAnswer answer = relay.post("/broadcast", body);
        assertRefused(answer, 400);
        assertThat(answer.info()).contains("UTF-8");
    }

    @Test
    void aBodyOfTenMegabytesIsRefusedByItsLength() {
        try (RawConnection connection = relay.dial()) {
            connection.send(post("Content-Length: " + TEN_MEGABYTES));
            connection.sendUntilRefused(new byte[1 << 16], TEN_MEGABYTES >> 16);
            assertRefused(connection.answer(), 413);
            connection.awaitEnd();
        }
    }

    @Test
    void aBodyOfTenMegabytesInChunksIsRefusedAsSoonAsItIsTooLong() {
        try (RawConnection connection = relay.dial()) {
            connection.send(post("Transfer-Encoding: chunked"));
            byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(ISO_8859_1);
            connection.sendUntilRefused(chunk, TEN_MEGABYTES >> 16);
            assertRefused(connection.answer(), 413);
            connection.awaitEnd();
        }
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeItIsSent() {
        try (RawConnection connection = relay.dial()) {
            connection.send(post("Content-Length: " + TEN_MEGABYTES + "\r\nExpect: 100-continue"));
            assertRefused(connection.answer(), 413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: -1",
                "Content-Length: +5",
                "Content-Length: five",
                "Content-Length: 0x5",
                "Content-Length: 99999999999999999999",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 6",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked\r\nContent-Length: 5",
                "Transfer-Encoding: xchunked\r\nContent-Length: 5",
                "Transfer-Encoding : chunked",
                "Content-Length : 5",
                "Folded: a\r\n b: c\r\nContent-Length: 5\r\nContent-Length: 4",
            })
    void aBodyWhoseEndIsInDoubtIsRefusedAndNothingAfterItIsARequest(String headers) {
        try (RawConnection connection = relay.dial()) {
            connection.send(post(headers) + "0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: smuggled\r\n\r\n");
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).as("%s", answer).isEqualTo(400);
            assertThat(answer.header("connection")).isEqualTo("close");
            connection.assertEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/broadcast/", "/handshake/x", "/health", "/messages/../broadcast", "//", "/%2e"})
    void aPathThatDoesNotExistIsSaidInJson(String path) {
        HttpAnswer answer = relay.get(path);
        assertRefused(answer, 404);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE /", "PUT /broadcast", "GET /broadcast", "PATCH /handshake", "BREW /health/live"})
    void aMethodThatDoesNotExistIsSaidInJson(String request) {
        assertRefused(rawAnswer(request + " HTTP/1.1\r\nHost: relay\r\n\r\n"), 405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /%zz HTTP/1.1\r\nHost: relay\r\n\r\n",
                "GET / HTTP/9.9.9\r\nHost: relay\r\n\r\n",
                "GET / FTP/1.1\r\nHost: relay\r\n\r\n",
                "GET /\r\nHost: relay\r\n\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nBad\u0001Name: x\r\n\r\n",
                "GET / HTTP/1.1\r\nValue: a\u0000b\r\n\r\n",
            })
    void aRequestThatIsNoneIsRefused(String request) {
        assertRefused(rawAnswer(request), 400);
    }

    @Test
    void aHugeHeaderIsRefused() {
        assertRefused(rawAnswer("GET / HTTP/1.1\r\nHost: relay\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"), 400);
    }

    @Test
    void manyHeadersAreRefused() {
        assertRefused(rawAnswer("GET / HTTP/1.1\r\nHost: relay\r\n" + "X: x\r\n".repeat(5_000) + "\r\n"), 400);
    }

    @Test
    void aHugeTargetIsRefused() {
        assertRefused(rawAnswer("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: relay\r\n\r\n"), 400);
    }

    private static String post(String headers) {
        return "POST /broadcast HTTP/1.1\r\nHost: relay\r\n" + headers + "\r\n\r\n";
    }

    private static HttpAnswer rawAnswer(String request) {
        try (RawConnection connection = relay.dial()) {
            return connection.sendUntilRefused(request.getBytes(ISO_8859_1), 1).answer();
        }
    }

    private static void assertRefused(HttpAnswer answer, int status) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.info()).isNotEmpty().doesNotContain("Exception");
    }
}
