package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Requests of original nodes and their clients, byte by byte. */
final class OriginalHttpTest {
    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.startAt(Captures.GENERATED_AT);
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    static Stream<Arguments> broadcasts() {
        return Stream.concat(
                Captures.broadcasts()
                        .map(row -> Arguments.of(((String) row.get()[0]).replace(".json", ""), row.get()[1])),
                Stream.of(Arguments.of("broadcast-simple-again", 200)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("broadcasts")
    void everyBroadcastGetsItsStatus(String name, int status) {
        assertThat(answerTo(relay, "original/http/" + name + ".request.bin").status())
                .isEqualTo(status);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "index, 200",
        "not-found, 404",
        "handshake-get, 200",
        "handshake-unknown-peer, 200",
        "handshake-known-peer, 200",
        "handshake-json-content-type, 200",
        "handshake-badjson, 400",
        "handshake-badtime, 400",
        "handshake-empty, 400",
        "handshake-emptyobj, 400",
    })
    void everyRequestGetsItsStatus(String name, int status) {
        assertThat(answerTo(relay, "original/http/" + name + ".request.bin").status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"00", "01", "02", "03", "04", "05", "06", "07", "09"})
    void whatAnOriginalForwardsIsTaken(String number) {
        try (RunningRelay fresh = RunningRelay.startAt(Captures.GENERATED_AT)) {
            HttpAnswer answer = answerTo(fresh, "original/http/forwarded-by-node-" + number + ".bin");
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        }
    }

    @Test
    void aHandshakeThatAnOriginalStartsIsAnswered() {
        try (RunningRelay then = RunningRelay.startAt("2026-11-23T02:07:36Z")) {
            assertThat(answerTo(then, "original/http/outgoing-from-node-0.bin").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theAnswerToAHandshakeIsThatOfAnOriginalButForTheKey() {
        JsonNode ours = answerTo(relay, "original/http/handshake-unknown-peer.request.bin")
                .json();
        JsonNode theirs = jsonOf(Captures.body("original/http/handshake-unknown-peer.response.bin"));
        assertThat(ours.propertyNames()).containsExactlyElementsOf(theirs.propertyNames());
        assertThat(ours.path("initiator")).isEqualTo(theirs.path("initiator"));
        assertThat(ours.path("message")).isEqualTo(theirs.path("message"));
        assertThat(ours.path("_type")).isEqualTo(theirs.path("_type"));
        assertThat(ForeignNode.verifies(
                        ForeignNode.bytes(ours.path("responder_key")),
                        ours.path("message").asString().getBytes(UTF_8),
                        ForeignNode.bytes(ours.path("signature"))))
                .isTrue();
    }

    private static JsonNode jsonOf(byte[] body) {
        return new HttpAnswer(200, Map.of(), body).json();
    }

    /** The original's client reads to the end of the connection, and wants a reason phrase. */
    private static HttpAnswer answerTo(RunningRelay relay, String request) {
        try (RawConnection connection = relay.dial()) {
            connection.send(Captures.bytes(request));
            HttpAnswer answer = connection.answer();
            assertThat(answer.header("connection")).isEqualTo("close");
            connection.awaitEnd();
            return answer;
        }
    }
}
