package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events, as a browser or a program reads them. */
@Timeout(60)
final class EventStreamTest {
    @TempDir
    private Path data;

    private final ForeignNode node = ForeignNode.generate();
    private RunningRelay relay;

    @AfterEach
    void stop() {
        relay.close();
    }

    private void start(String... settings) {
        List<String> all = new ArrayList<>(List.of("data=" + data, "network.event-loops=2"));
        all.addAll(List.of(settings));
        relay = RunningRelay.start(all.toArray(String[]::new));
    }

    private void publish(String... texts) {
        for (String text : texts) {
            relay.sendToAll(text);
        }
    }

    // what comes

    @Test
    void anEventIsAMessageByteForByteWithItsPositionAsId() {
        start();
        try (StreamReader reader = StreamReader.open(relay)) {
            String message = node.broadcast("caf\u00e9");
            long position =
                    relay.post("/broadcast", message).json().path("position").asLong();

            StreamReader.Event event = reader.next();
            assertThat(event.id()).isEqualTo(Long.toString(position));
            assertThat(event.data()).isEqualTo("{\"position\":" + position + "," + message.substring(1));
            assertThat(event.kind()).isEmpty();
        }
    }

    @Test
    void theAnswerIsAStreamThatEndsWithTheConnectionAndIsForPagesOfAllSites() {
        start();
        try (StreamReader reader = StreamReader.open(relay)) {
            assertThat(reader.head().toLowerCase(Locale.ROOT))
                    .contains("\r\ncontent-type: text/event-stream\r\n")
                    .contains("\r\ncache-control: no-cache\r\n")
                    .contains("\r\nconnection: close\r\n")
                    .contains("\r\naccess-control-allow-origin: *\r\n")
                    .doesNotContain("content-length", "transfer-encoding");
        }
    }

    @Test
    void readersAreToldToComeBackAtDifferentTimes() {
        start();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try (StreamReader reader = StreamReader.open(relay)) {
                times.add(reader.retryMillis());
            }
        }
        assertThat(times).doesNotHaveDuplicates().allMatch(millis -> millis >= 1000 && millis < 5000);
    }

    @Test
    void aProgramReadsItLineByLine() throws Exception {
        start();
        publish("one", "two");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relay.port() + "/stream?after=0"))
                .timeout(Duration.ofMillis(RawConnection.PATIENCE_MILLIS))
                .build();
        try (HttpClient client = HttpClient.newHttpClient();
                Stream<String> lines =
                        client.send(request, BodyHandlers.ofLines()).body()) {
            assertThat(lines.filter(line -> line.startsWith("data: ")).limit(2))
                    .satisfiesExactly(
                            one -> assertThat(one).contains("\"data\":\"one\""),
                            two -> assertThat(two).contains("\"data\":\"two\""));
            client.shutdownNow();
        }
    }

    @Test
    void whatIsAddressedToOneNodeIsInNoStreamOfAPublicNode() {
        start();
        relay.post("/broadcast", node.addressed(ForeignNode.generate(), "secret"));
        relay.node()
                .router()
                .sendTo(ownKey(), "for the relay")
                .toCompletableFuture()
                .join();
        publish("for all");
        try (StreamReader reader = StreamReader.open(relay.dial(), "/stream?after=0")) {
            reader.assertNext("for all");
            relay.node().router().sendTo(ownKey(), "for the relay, live");
            publish("live for all");
            reader.assertNext("live for all");
        }
    }

    private NodeKey ownKey() {
        return NodeKey.parse(relay.page().path("key").asString());
    }

    // where it starts

    @Test
    void withoutAPositionItStartsWithWhatComes() {
        start();
        publish("before");
        try (StreamReader reader = StreamReader.open(relay)) {
            publish("now");
            reader.assertNext("now");
        }
    }

    @Test
    void afterZeroIsEverythingAndThenWhatComes() {
        start();
        publish("one", "two");
        try (StreamReader reader = StreamReader.open(relay.dial(), "/stream?after=0")) {
            reader.assertNext("one", "two");
            publish("three");
            reader.assertNext("three");
        }
    }

    @Test
    void aReaderThatComesBackGoesOnAfterItsLastEventWhateverItAskedForAtFirst() {
        start();
        publish("one", "two", "three");
        String lastId;
        try (StreamReader reader = StreamReader.open(relay.dial(), "/stream?after=0")) {
            reader.assertNext("one", "two");
            lastId = reader.lastId();
        }
        publish("four");
        try (StreamReader again =
                StreamReader.open(relay.dial(), "/stream?after=0", "Last-Event-ID: " + lastId + "\r\n")) {
            again.assertNext("three", "four");
            publish("five");
            again.assertNext("five");
        }
    }

    @Test
    void aReaderThatHadNoEventYetMissesNothingEither() {
        start();
        publish("before");
        String lastId;
        try (StreamReader reader = StreamReader.open(relay)) {
            lastId = reader.lastId();
        }
        publish("meanwhile");
        try (StreamReader again = StreamReader.resume(relay, lastId)) {
            again.assertNext("meanwhile");
        }
    }

    @Test
    void aPositionOfTheFutureIsTheEndOfTheLog() {
        start();
        publish("before");
        try (StreamReader reader = StreamReader.resume(relay, Long.toString(Long.MAX_VALUE))) {
            publish("now");
            reader.assertNext("now");
        }
    }

    // how it ends

    @Test
    void aRelayThatStopsSaysSoAndItsReadersGoOnAtTheNextOne() {
        start();
        publish("one");
        String lastId;
        try (StreamReader reader = StreamReader.open(relay.dial(), "/stream?after=0")) {
            reader.assertNext("one");
            relay.close();
            assertThat(reader.comment()).startsWith("1001 ");
            reader.connection().assertEnd();
            lastId = reader.lastId();
        }
        start();
        publish("two");
        try (StreamReader again = StreamReader.resume(relay, lastId)) {
            again.assertNext("two");
        }
    }

    @Test
    void aReaderThatLeavesIsNoticed() {
        start();
        StreamReader.open(relay).close();
        StreamReader half = StreamReader.open(relay);
        half.connection().endOutput();
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(relay.total("traffic", "streams_closed")).isEqualTo(2));
        half.connection().assertEnd();
        half.close();
        publish("to nobody");
        assertThat(relay.total("traffic", "streams_opened")).isEqualTo(2);
        assertThat(relay.total("traffic", "deliveries")).isZero();
    }

    @Test
    void aQuietStreamShowsThatItIsThere() {
        start("stream.heartbeat=1s", "timeouts.request=1s", "timeouts.keep-alive=1s");
        try (StreamReader reader = StreamReader.open(relay)) {
            assertThat(reader.comment()).isEmpty();
            assertThat(reader.comment()).isEmpty();
            assertThat(reader.comment()).isEmpty();
            publish("still here");
            reader.assertNext("still here");
        }
    }

    // the request

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
    void anotherMethodIsRefused(String method) {
        start();
        try (RawConnection connection = relay.dial()) {
            connection.send(method + " /stream HTTP/1.1\r\nHost: relay\r\nContent-Length: 0\r\n\r\n");
            assertThat(connection.head()).startsWith("HTTP/1.1 405 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/stream?after=-1, ''",
        "/stream?after=x, ''",
        "/stream?after=1&after=2, ''",
        "/stream?limit=1, ''",
        "/stream, one",
        "/stream?after=0, -7",
        "/stream, 9223372036854775808"
    })
    void aPositionThatIsNoneIsRefusedAndTheConnectionKept(String target, String lastId) {
        start();
        try (RawConnection connection = relay.dial()) {
            connection.send(StreamReader.request(target, lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n"));
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.info()).contains("expected");
            try (StreamReader reader = StreamReader.open(connection, "/stream")) {
                publish("now");
                reader.assertNext("now");
            }
        }
    }

    @Test
    void aStreamAfterPipelinedRequestsIsTheLastAnswer() {
        start();
        String live = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";
        String message = node.broadcast("pipelined");
        try (RawConnection connection = relay.dial()) {
            connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: " + message.length()
                    + "\r\n\r\n" + message + live + StreamReader.request("/stream?after=0") + live);
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.answer().status()).isEqualTo(200);
            StreamReader reader = StreamReader.on(connection);
            reader.assertNext("pipelined");
            connection.send(live.repeat(10));
            publish("after it");
            reader.assertNext("after it");
        }
    }

    @Test
    void publicDataIsForThePagesOfAllSites() {
        start();
        publish("one");
        String id = relay.get("/messages")
                .json()
                .path("messages")
                .path(0)
                .path("id")
                .asString();
        for (String path : List.of("/", "/messages", "/messages?after=1000000", "/messages/" + id)) {
            assertThat(relay.get(path).header("access-control-allow-origin"))
                    .as(path)
                    .isEqualTo("*");
        }
        assertThat(relay.get("/handshake").header("access-control-allow-origin"))
                .isEmpty();
    }

    // a node that is not public

    @Test
    void whatIsAddressedToAPrivateNodeIsInItsStreamsInItsPlace() {
        start("node.public=false");
        publish("one");
        relay.node().router().sendTo(ownKey(), "for it").toCompletableFuture().join();
        relay.post("/broadcast", node.addressed(ForeignNode.generate(), "for another"));
        try (StreamReader first = StreamReader.open(relay.dial(), "/stream?after=0");
                StreamReader second = StreamReader.open(relay)) {
            first.assertNext("one", "for it");
            relay.node()
                    .router()
                    .sendTo(ownKey(), "for it, live")
                    .toCompletableFuture()
                    .join();
            publish("two");
            first.assertNext("for it, live", "two");
            second.assertNext("for it, live", "two");
        }
    }

    @Test
    void aPrivateNodeTellsThePagesOfSitesNothing() {
        start("node.public=false");
        try (StreamReader reader = StreamReader.open(relay)) {
            assertThat(reader.head()).doesNotContainIgnoringCase("access-control");
        }
        for (String path : List.of("/", "/messages")) {
            assertThat(relay.get(path).headers()).as(path).doesNotContainKey("access-control-allow-origin");
        }
        for (String path : List.of("/", "/messages", "/stream", "/stream?after=0")) {
            assertThat(status("GET " + path + " HTTP/1.1\r\nHost: evil.example:8001\r\n\r\n"))
                    .as(path)
                    .isEqualTo(403);
        }
        for (String site :
                List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: http://evil.example")) {
            assertThat(status(StreamReader.request("/stream", site + "\r\n")))
                    .as(site)
                    .isEqualTo(403);
        }
        assertThat(relay.total("faults", "cross_site")).isEqualTo(7);
        assertThat(relay.total("traffic", "streams_opened")).isEqualTo(1);
    }

    @Test
    void aPrivateNodeIsNoWebSocketForThePagesOfSites() {
        start("node.public=false");
        String upgrade =
                "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: " + RawConnection.UPGRADE_KEY + "\r\nHost: ";
        for (String other : List.of("localhost\r\nOrigin: http://evil.example", "evil.example", "evil.example:8001")) {
            assertThat(status(upgrade + other + "\r\n\r\n")).as(other).isEqualTo(403);
        }
        for (String own : List.of("localhost", "127.0.0.1:8001", "localhost:1\r\nOrigin: http://localhost:1")) {
            assertThat(status(upgrade + own + "\r\n\r\n")).as(own).isEqualTo(101);
        }
    }

    private int status(String request) {
        try (RawConnection connection = relay.dial()) {
            return connection.send(request).answer().status();
        }
    }
}
