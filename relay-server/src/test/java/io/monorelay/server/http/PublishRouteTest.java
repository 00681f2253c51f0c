package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An application publishes in the name of the node beside it, and no page of a web site does. */
@Timeout(60)
final class PublishRouteTest {
    private static final String TEXT = "Content-Type: text/plain\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";

    private RunningRelay relay;

    @AfterEach
    void stop() {
        relay.close();
    }

    private void start(String... settings) {
        relay = RunningRelay.start(settings);
    }

    private HttpAnswer publish(String headers, String body) {
        return publish("/publish", "Host: localhost\r\n" + headers, body.getBytes(UTF_8));
    }

    private HttpAnswer publish(String target, String headers, byte[] body) {
        try (RawConnection connection = relay.dial()) {
            return connection
                    .send("POST " + target + " HTTP/1.1\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n")
                    .send(body)
                    .answer();
        }
    }

    private void assertNothingWasPublished() {
        assertThat(relay.total("messages", "accepted")).isZero();
    }

    // what is published

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Type: text/plain\r\n",
                "Content-Type: Text/Plain; charset=UTF-8\r\n",
                "Content-Type: text/plain;charset=\"utf-8\"\r\n"
            })
    void aTextIsSignedByTheNodeAndPublished(String type) {
        start("node.public=false");
        try (StreamReader reader = StreamReader.open(relay)) {
            HttpAnswer answer = publish(type, "gr\u00fc\u00dfe \"quoted\"\n\t\ud83d\ude00");
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("keep-alive");
            assertThat(answer.json().path("durability").asString()).isEqualTo("commit");
            assertThat(answer.json().path("receiver").isMissingNode()).isTrue();

            StreamReader.Event event = reader.next();
            assertThat(event.text()).isEqualTo("gr\u00fc\u00dfe \"quoted\"\n\t\ud83d\ude00");
            assertThat(event.id()).isEqualTo(answer.json().path("position").asString());
            assertThatItIsSignedByTheNode(event.data());
            assertThat(relay.get("/messages/" + answer.json().path("id").asString())
                            .text())
                    .contains(event.data().substring(event.data().indexOf("\"message\"")));
        }
    }

    private void assertThatItIsSignedByTheNode(String delivery) {
        int from = delivery.indexOf("{\"sender\"");
        int to = delivery.lastIndexOf(",\"signature\":");
        byte[] signed = delivery.substring(from, to).getBytes(UTF_8);
        JsonNode signature = JsonMapper.shared().readTree(delivery).path("signature");
        assertThat(ForeignNode.verifies(ownKey(), signed, ForeignNode.bytes(signature)))
                .isTrue();
    }

    private byte[] ownKey() {
        return Base64.getUrlDecoder().decode(relay.page().path("key").asString());
    }

    @Test
    void aTextMayBeInJson() {
        start("publish.open=true");
        try (StreamReader reader = StreamReader.open(relay)) {
            assertThat(publish(JSON, "{\"data\":\"caf\\u00e9\"}").status()).isEqualTo(200);
            assertThat(publish(JSON, " {\"receiver\":null, \"data\":\"two\"}\n").status())
                    .isEqualTo(200);
            reader.assertNext("caf\u00e9", "two");
        }
    }

    @Test
    void aMessageMayBeForOneNodeWhoseKeyIsWrittenInEitherForm() {
        start("publish.open=true");
        ForeignNode receiver = ForeignNode.generate();
        String hex = HexFormat.of().formatHex(receiver.key());
        List<HttpAnswer> answers = List.of(
                publish("/publish?receiver=" + receiver.keyText(), "Host: localhost\r\n" + TEXT, "one".getBytes(UTF_8)),
                publish("/publish?receiver=" + hex, "Host: localhost\r\n" + TEXT, "two".getBytes(UTF_8)),
                publish(JSON, "{\"data\":\"three\",\"receiver\":\"" + receiver.keyText() + "\"}"),
                publish(JSON, "{\"data\":\"four\",\"receiver\":\"" + hex + "\"}"));
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.json().path("receiver").asString()).isEqualTo("stored");
        });
        assertThat(relay.get("/messages").json().path("messages")).isEmpty();
    }

    @Test
    void aConnectionServesOneTextAfterTheOther() {
        start("publish.open=true");
        try (RawConnection connection = relay.dial()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("POST /publish HTTP/1.1\r\nHost: 127.0.0.1:8001\r\nContent-Length: 2\r\n\r\n")
                        .append(10 + i);
            }
            connection.send(requests.toString());
            long last = 0;
            for (int i = 0; i < 50; i++) {
                long position = connection.answer().json().path("position").asLong();
                assertThat(position).isGreaterThan(last);
                last = position;
            }
        }
    }

    // what cannot be

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {\"data\":1}",
                "400 | {\"data\":null}",
                "400 | {}",
                "400 | []",
                "400 | \"text\"",
                "400 | {\"data\":\"a\"",
                "400 | {\"data\":\"a\"} x",
                "400 | {\"data\":\"a\",\"data\":\"b\"}",
                "400 | {\"data\":\"a\",\"text\":\"b\"}",
                "400 | {\"data\":\"a\",\"receiver\":\"nobody\"}",
                "400 | {\"data\":\"a\",\"receiver\":[1,2]}",
                "400 | {\"data\":\"a\\u0000\"}",
                "400 | {\"data\":\"a\\ud800\"}"
            })
    void whatIsNoPublicationInJsonIsRefusedWithWhatWasExpected(int status, String body) {
        start("publish.open=true");
        HttpAnswer answer = publish(JSON, body);
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.info()).contains("expected");
        assertNothingWasPublished();
    }

    @Test
    void aTextThatIsNotUtf8OrHasANulIsRefused() {
        start("publish.open=true");
        assertThat(publish("/publish", "Host: localhost\r\n" + TEXT, "caf\u00e9".getBytes(ISO_8859_1))
                        .status())
                .isEqualTo(400);
        assertThat(publish(TEXT, "a\0b").status()).isEqualTo(400);
        assertThat(publish("/publish", "Host: localhost\r\n" + JSON, "{\"data\":\"\u00e9\"}".getBytes(ISO_8859_1))
                        .status())
                .isEqualTo(400);
        assertNothingWasPublished();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/html",
                "text/plain; charset=iso-8859-1",
                "application/json; charset=utf-16"
            })
    void anotherTypeIsRefused(String type) {
        start("publish.open=true");
        HttpAnswer answer = publish("Content-Type: " + type + "\r\n", "a=b");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.info()).contains("text/plain", "application/json");
        assertNothingWasPublished();
    }

    @Test
    void aTextThatMakesTooLargeAMessageIsRefused() {
        start("publish.open=true", "message.max-bytes=4KiB");
        assertThat(publish(TEXT, "x".repeat(4000)).status()).isEqualTo(413);
        assertThat(publish(TEXT, "x".repeat(5000)).status()).isEqualTo(413);
        assertThat(publish(TEXT, "x".repeat(2500)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/publish?to=x", "/publish?receiver=x", "/publish?receiver=a&receiver=b"})
    void aParameterThatIsNoneIsRefused(String target) {
        start("publish.open=true");
        assertThat(publish(target, "Host: localhost\r\n" + TEXT, new byte[] {'a'})
                        .status())
                .isEqualTo(400);
        assertThat(publish(target, "Host: localhost\r\n" + JSON, "{\"data\":\"a\"}".getBytes(UTF_8))
                        .status())
                .isEqualTo(400);
        assertNothingWasPublished();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "OPTIONS"})
    void anotherMethodIsRefused(String method) {
        start("publish.open=true");
        try (RawConnection connection = relay.dial()) {
            HttpAnswer answer = connection
                    .send(method + " /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        }
    }

    // who may

    @Test
    void aPublicRelaySignsForNobodyUnlessItIsToldTo() {
        start();
        HttpAnswer answer = publish(TEXT, "hello");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.info()).contains("publish.open");
        assertThat(relay.total("faults", "publishing_closed")).isEqualTo(1);
        assertNothingWasPublished();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: 127.0.0.1:8001",
                "Host: 127.0.0.1",
                "Host: LOCALHOST:8001",
                "Host: [::1]:8001",
                "Host: 192.168.1.5:8001",
                "Host: relay.example.org",
                "Host: localhost:8001\r\nSec-Fetch-Site: none",
                "Host: localhost:8001\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://localhost:8001",
                "Host: relay.example.org\r\nOrigin: https://relay.example.org"
            })
    void programsAndTheNodesOwnPagesMayPublish(String headers) {
        start("publish.open=true", "node.public-addresses=wss://relay.example.org");
        HttpAnswer answer = publish("/publish", headers + "\r\n" + TEXT, new byte[] {'a'});
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost:8001\r\nSec-Fetch-Site: cross-site",
                "Host: localhost:8001\r\nSec-Fetch-Site: same-site",
                "Host: localhost:8001\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
                "Host: localhost:8001\r\nOrigin: http://evil.example",
                "Host: localhost:8001\r\nOrigin: http://localhost:3000",
                "Host: localhost:8001\r\nOrigin: null",
                "Host: localhost:8001\r\nOrigin: ",
                "Host: evil.example:8001",
                "Host: evil.example:8001\r\nOrigin: http://evil.example:8001\r\nSec-Fetch-Site: same-origin",
                "Host: localhost.evil.example",
                "Host: 127.0.0.1.evil.example",
                "Host: localhost@evil.example",
                "Host: evil.example\r\nHost: localhost",
                "Host: ",
                "X-No-Host: localhost"
            })
    void aPageOfAnotherSiteMayNotPublish(String headers) {
        start("publish.open=true", "node.public-addresses=wss://relay.example.org");
        HttpAnswer answer = publish("/publish", headers + "\r\n" + TEXT, new byte[] {'a'});
        assertThat(answer.status()).as("%s", answer).isEqualTo(403);
        assertThat(answer.info()).contains("expected");
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(relay.total("faults", "cross_site")).isEqualTo(1);
        assertNothingWasPublished();
    }
}
