package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Becoming a WebSocket, and not. */
final class UpgradeTest {
    private static final String KEY = "Sec-WebSocket-Key: " + RawConnection.UPGRADE_KEY + "\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws", "/ws?token=x"})
    void bothPathsLeadToAWebSocket(String path) {
        try (RawConnection connection = relay.dial()) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: relay\r\n" + UPGRADE + KEY + VERSION + "\r\n");
            assertThat(connection.head())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        }
    }

    @Test
    void level2IsChosenFromAList() {
        try (RawConnection connection = relay.dial()) {
            connection.send("GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
                    + KEY + VERSION + "Sec-WebSocket-Protocol: chat, monorelay.v2\r\n\r\n");
            assertThat(connection.head()).contains("Sec-WebSocket-Protocol: monorelay.v2\r\n");
            assertThat(connection.frame().text()).startsWith("{\"hello\":");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade, keep-alive"})
    void framesThatComeWithTheRequestAreNotLost(String connectionHeader) {
        try (RawConnection connection = relay.dial()) {
            byte[] ping = RawConnection.masked(Frame.PING, new byte[] {'a', 'b', 'c'});
            byte[] request = ("GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: " + connectionHeader
                            + "\r\n" + KEY + VERSION + "\r\n")
                    .getBytes();
            byte[] both = new byte[request.length + ping.length];
            System.arraycopy(request, 0, both, 0, request.length);
            System.arraycopy(ping, 0, both, request.length, ping.length);
            connection.send(both);
            assertThat(connection.head()).startsWith("HTTP/1.1 101 ");
            Frame pong = connection.frame();
            assertThat(pong.head()).isEqualTo(Frame.PONG);
            assertThat(pong.text()).isEqualTo("abc");
        }
    }

    @Test
    void aRequestThatHasMoreThanTheUsualIsServedAllTheSame() {
        try (RawConnection connection = relay.dial()) {
            connection.send("GET / HTTP/1.1\r\nHost: relay\r\n" + UPGRADE + KEY + VERSION
                    + "Content-Length: 0\r\nX-Long: " + "x".repeat(4000) + "\r\n\r\n");
            assertThat(connection.head()).startsWith("HTTP/1.1 101 ");
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "no key, Sec-WebSocket-Version: 13;, 400",
        "a short key, Sec-WebSocket-Version: 13;Sec-WebSocket-Key: AAAA;, 400",
        "a key that is none, Sec-WebSocket-Version: 13;Sec-WebSocket-Key: %%%%;, 400",
        "no version, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==;, 426",
        "an old version, Sec-WebSocket-Version: 8;Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==;, 426",
    })
    void aBadUpgradeIsRefused(String what, String headers, int status) {
        HttpAnswer answer =
                answerTo("GET / HTTP/1.1\r\nHost: relay\r\n" + UPGRADE + headers.replace(";", "\r\n") + "\r\n");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.header("sec-websocket-version")).isEqualTo(status == 426 ? "13" : "");
    }

    @Test
    void anUpgradeThatTheConnectionHeaderDoesNotNameIsRefused() {
        HttpAnswer answer =
                answerTo("GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\n" + KEY + VERSION + "\r\n");
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void anUpgradeElsewhereIsNotFound() {
        assertThat(answerTo("GET /broadcast HTTP/1.1\r\nHost: relay\r\n" + UPGRADE + KEY + VERSION + "\r\n")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anUpgradeByPostIsRefused() {
        assertThat(answerTo("POST / HTTP/1.1\r\nHost: relay\r\n" + UPGRADE + KEY + VERSION
                                + "Content-Length: 0\r\n\r\n")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void aRequestWithoutUpgradeOnTheWebSocketsPathIsRefused() {
        assertThat(relay.get("/ws").status()).isEqualTo(400);
    }

    @Test
    void anUpgradeToSomethingElseIsAnOrdinaryRequest() {
        assertThat(answerTo("GET /health/live HTTP/1.1\r\nHost: relay\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    private static HttpAnswer answerTo(String request) {
        try (RawConnection connection = relay.dial()) {
            HttpAnswer answer = connection.send(request).answer();
            relay.assertServing();
            return answer;
        }
    }
}
