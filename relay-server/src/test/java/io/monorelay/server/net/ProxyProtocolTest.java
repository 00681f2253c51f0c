package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.ObservedAddress;
import io.monorelay.server.node.RunningRelay;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol as it is on the wire, from proxies that are trusted and from who is not. */
final class ProxyProtocolTest {
    private static final String V1 = "PROXY TCP4 192.0.2.77 198.51.100.1 40123 8000\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String TCP4 = SIGNATURE + "2111000c" + "c000024d" + "c6336401" + "9cbb" + "1f40";
    private static final String TCP4_WITH_EXTENSIONS =
            SIGNATURE + "21110017" + "c000024d" + "c6336401" + "9cbb" + "1f40" + "0500080102030405060708";
    private static final String TCP6 = SIGNATURE + "21210024" + "20010db800000000000000000000004d"
            + "20010db8000000000000000000000001" + "9cbb" + "1f40";
    private static final String FORWARDED = "X-Forwarded-For: 203.0.113.5\r\n";
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";

    private static RunningRelay relay;
    private static RunningRelay withoutProxies;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("proxy.trusted=127.0.0.1,192.0.2.250", "timeouts.request=500ms");
        withoutProxies = RunningRelay.start("proxy.trusted=10.0.0.0/8");
    }

    @AfterEach
    void goesOnServing() {
        relay.assertServing();
    }

    @AfterAll
    static void stop() {
        relay.close();
        withoutProxies.close();
    }

    @ParameterizedTest
    @CsvSource({
        TCP4 + ", 192.0.2.77:40123",
        TCP4_WITH_EXTENSIONS + ", 192.0.2.77:40123",
        TCP6 + ", [2001:db8::4d]:40123",
    })
    void theClientOfAWebSocketIsWhereTheHeaderSays(String header, String client) {
        try (RawConnection connection = relay.dial()) {
            connection.send(HexFormat.of().parseHex(header));
            assertThat(ObservedAddress.ofWebSocket(connection, "")).isEqualTo(client);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'PROXY TCP4 192.0.2.77 198.51.100.1 40123 8000', 192.0.2.77:40123",
        "'PROXY TCP6 2001:db8::4d 2001:db8::1 40123 8000', [2001:db8::4d]:40123",
    })
    void versionOneIsUnderstoodToo(String header, String client) {
        try (RawConnection connection = relay.dial()) {
            connection.send(header + "\r\n");
            assertThat(ObservedAddress.ofWebSocket(connection, "")).isEqualTo(client);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a health check of the proxy's own," + SIGNATURE + "20000000",
        "a health check with addresses," + SIGNATURE + "2011000cc000024dc63364019cbb1f40",
        "an unknown family," + SIGNATURE + "21000000",
        "version 1 of an unknown family,50524f585920554e4b4e4f574e0d0a",
    })
    void whoSpeaksForItselfKeepsItsAddress(String what, String header) {
        try (RawConnection connection = relay.dial()) {
            connection.send(HexFormat.of().parseHex(header));
            assertThat(ObservedAddress.ofWebSocket(connection, "")).startsWith("127.0.0.1:");
        }
    }

    @Test
    void aSocketOfTheProxysMachineHasNoAddress() {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(HexFormat.of().parseHex(SIGNATURE + "213100d8"));
        header.writeBytes(new byte[216]);
        try (RawConnection connection = relay.dial()) {
            connection.send(header.toByteArray());
            assertThat(ObservedAddress.ofWebSocket(connection, "")).startsWith("127.0.0.1:");
        }
    }

    @Test
    void aTrustedProxyNeedNotSendAHeader() {
        try (RawConnection connection = relay.dial()) {
            assertThat(ObservedAddress.ofWebSocket(connection, "")).startsWith("127.0.0.1:");
        }
    }

    @Test
    void theHeaderMayComeByteByByteAndWithTheRequest() {
        byte[] header = HexFormat.of().parseHex(TCP4);
        try (RawConnection connection = relay.dial();
                RawConnection atOnce = relay.dial()) {
            for (byte octet : header) {
                connection.send(new byte[] {octet});
            }
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(header);
            whole.writeBytes(LIVE.getBytes(US_ASCII));
            assertThat(atOnce.send(whole.toByteArray()).answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TCP4, "50524f585920", SIGNATURE + "20000000"})
    void whoIsNotTrustedIsRefused(String header) {
        long before = withoutProxies.total("faults", "proxy_not_trusted");
        try (RawConnection connection = withoutProxies.dial()) {
            HttpAnswer answer = connection.send(HexFormat.of().parseHex(header)).answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.info()).contains("proxy.trusted");
            connection.awaitEnd();
        }
        assertThat(withoutProxies.total("faults", "proxy_not_trusted")).isEqualTo(before + 1);
        withoutProxies.assertServing();
    }

    @Test
    void nothingIsServedAfterAHeaderThatCannotBeRead() {
        long before = relay.total("traffic", "http_requests");
        try (RawConnection connection = relay.dial()) {
            connection.send("PROXY TCP4 nonsense\r\n" + V1 + LIVE);
            connection.awaitEnd();
        }
        assertThat(relay.total("traffic", "http_requests"))
                .as("with the one that asks")
                .isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "a version that there is not," + SIGNATURE + "3111000cc000024dc63364019cbb1f40",
        "a length that is too small," + SIGNATURE + "21110002c000",
        "an extension beyond the end," + SIGNATURE + "21110010c000024dc63364019cbb1f4004ffff00",
        "no address,50524f58592054435034206e6f776865726520782031203220310d0a",
        "no end of the line,50524f58592054435034203139322e302e322e3737203139382e35312e3130302e312034303132332038303030"
                + "20202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020"
                + "20202020202020202020202020202020202020",
    })
    void aHeaderThatCannotBeReadEndsTheConnection(String what, String header) {
        long before = relay.total("faults", "bad_proxy_header");
        try (RawConnection connection = relay.dial()) {
            connection.sendUntilRefused(HexFormat.of().parseHex(header), 1);
            connection.awaitEnd();
        }
        assertThat(relay.total("faults", "bad_proxy_header")).isEqualTo(before + 1);
    }

    @Test
    void aHeaderIsReadToItsBoundAndNoFurther() {
        long before = relay.total("faults", "bad_proxy_header");
        try (RawConnection connection = relay.dial()) {
            connection
                    .send(HexFormat.of().parseHex(SIGNATURE + "2111ffff"))
                    .sendUntilRefused(new byte[4096], 1)
                    .awaitEnd();
        }
        assertThat(relay.total("faults", "bad_proxy_header")).isEqualTo(before + 1);
    }

    @Test
    void aHeaderThatDribblesIsTimedOut() {
        ScheduledExecutorService dribble = Executors.newSingleThreadScheduledExecutor();
        try (RawConnection connection = relay.dial()) {
            connection.send(HexFormat.of().parseHex(SIGNATURE + "21110400"));
            dribble.scheduleAtFixedRate(
                    () -> connection.sendUntilRefused(new byte[] {0}, 1), 20, 20, TimeUnit.MILLISECONDS);
            assertThat(connection.answer().status()).isEqualTo(408);
            connection.awaitEnd();
        } finally {
            dribble.shutdownNow();
        }
    }

    @Test
    void aSecondHeaderIsNoHeader() {
        try (RawConnection connection = relay.dial()) {
            connection.send(V1 + V1);
            assertThat(connection.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void aHeaderOfHttpIsBelievedOnlyBeyondTheClientOfTheProxyProtocol() {
        try (RawConnection forger = relay.dial();
                RawConnection proxied = relay.dial()) {
            forger.send(V1);
            assertThat(ObservedAddress.ofRequests(forger, FORWARDED)).isEqualTo("192.0.2.77:40123");
            proxied.send(V1.replace("192.0.2.77", "192.0.2.250"));
            assertThat(ObservedAddress.ofRequests(proxied, FORWARDED)).isEqualTo("203.0.113.5");
        }
    }
}
