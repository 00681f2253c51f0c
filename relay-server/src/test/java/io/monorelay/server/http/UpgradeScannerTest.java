package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import io.monorelay.websocket.PermessageDeflate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which upgrade requests are recognised without HTTP handlers, and that all others are left as they are. */
final class UpgradeScannerTest {
    private static final String KEY = RawConnection.UPGRADE_KEY;
    private static final int MAX_HEAD_BYTES = 2048;

    /** Every header counts here, and each is on a line of its own. */
    private static final String USUAL = "GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n"
            + "Sec-WebSocket-Protocol: monorelay.v2\r\n\r\n";

    private static final String CHROMIUM = "GET / HTTP/1.1\r\nHost: relay.example:8000\r\nConnection: Upgrade\r\n"
            + "Pragma: no-cache\r\nCache-Control: no-cache\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            + "Safari/537.36\r\nUpgrade: websocket\r\nOrigin: https://app.example\r\nSec-WebSocket-Version: 13\r\n"
            + "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n"
            + "Cookie: a=1; b=\"two\"\r\nSec-WebSocket-Key: " + KEY + "\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";

    static final List<String> COUNTED = List.of(
            "Host", "Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol");

    static final List<String> REQUIRED = COUNTED.subList(0, COUNTED.size() - 1);

    @Test
    void theUsualRequestIsRecognised() {
        assertThat(scanned(USUAL)).isEqualTo(new UpgradeRequest(KEY, true));
    }

    @Test
    void theOtherPathIsRecognised() {
        assertThat(scanned(USUAL.replace("GET / ", "GET /ws "))).isEqualTo(new UpgradeRequest(KEY, true));
    }

    @Test
    void aBrowsersManyHeadersAreRecognised() {
        assertThat(scanned(CHROMIUM)).isEqualTo(new UpgradeRequest(KEY, false, PermessageDeflate.TERMS));
    }

    @Test
    void namesMayBeInLowerCase() {
        String names = USUAL;
        for (String name : COUNTED) {
            names = names.replace(name + ":", name.toLowerCase(Locale.ROOT) + ":");
        }
        assertThat(scanned(names)).isEqualTo(new UpgradeRequest(KEY, true));
    }

    @ParameterizedTest
    @CsvSource({
        "Upgrade: websocket, Upgrade: WebSocket",
        "Connection: Upgrade, connection:upgrade",
        "Host: relay, HOST:  x  "
    })
    void caseOfKeywordsAndBlanksAroundValuesDoNotMatter(String usual, String other) {
        assertThat(scanned(USUAL.replace(usual, other))).isEqualTo(new UpgradeRequest(KEY, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "monorelay.v1", "Monorelay.V2", "monorelay.v22"})
    void anotherSubprotocolIsNotLevel2(String protocol) {
        assertThat(scanned(USUAL.replace("monorelay.v2", protocol))).isEqualTo(new UpgradeRequest(KEY, false));
    }

    @Test
    void withoutSubprotocolItIsNotLevel2() {
        assertThat(scanned(without("Sec-WebSocket-Protocol"))).isEqualTo(new UpgradeRequest(KEY, false));
    }

    @ParameterizedTest
    @CsvSource({
        "original/ws-server/upgrade, bMCBO6LBrw5PMUzjcYmw5Q==",
        "original/ws-server/upgrade-lowercase, dGhlIHNhbXBsZSBub25jZQ==",
        "intended-ws/ws-server/upgrade, DjhLQb7nPcl+ajXpyWPDmg==",
        "intended-ws/ws-server/upgrade-lowercase, dGhlIHNhbXBsZSBub25jZQ=="
    })
    void whatWasCapturedIsRecognised(String name, String key) throws IOException {
        assertThat(scanned(vector(name + ".request.bin"))).isEqualTo(new UpgradeRequest(key, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"upgrade-no-key", "upgrade-no-version", "upgrade-titlecase-other", "upgrade-post"})
    void whatWasCapturedAndIsIncompleteIsNot(String name) throws IOException {
        assertLeftAlone(vector("original/ws-server/" + name + ".request.bin"));
    }

    @Test
    void anOriginalNodesRequestIsRecognisedAndItsFramesAreLeft() throws IOException {
        String connection = vector("original/ws-private-to-public/conn001.c2s.bin");
        String frames = connection.substring(connection.indexOf("\r\n\r\n") + 4);
        ByteBuf start = bytes(connection);
        assertThat(UpgradeScanner.scan(start)).isEqualTo(new UpgradeRequest("MkZJT3JEZEEzM3FaZm10Mw==", false));
        assertThat(frames).isNotEmpty();
        assertThat(start.toString(ISO_8859_1)).isEqualTo(frames);
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void whatTheJdksClientSendsIsRecognised() throws IOException {
        assertThat(scanned(headOfTheJdksClient())).isNotNull().returns(true, UpgradeRequest::v2);
    }

    @Test
    void bytesBeforeTheReaderIndexDoNotCount() {
        ByteBuf start = bytes("GET / HTTP/1.1\r\n\r\n" + USUAL + "rest").skipBytes(18);
        assertThat(UpgradeScanner.scan(start)).isEqualTo(new UpgradeRequest(KEY, true));
        assertThat(start.toString(ISO_8859_1)).isEqualTo("rest");
    }

    @Test
    void aRequestInTwoBuffersIsRecognised() {
        for (int cut = 0; cut <= USUAL.length(); cut++) {
            ByteBuf start =
                    Unpooled.wrappedBuffer(bytes(USUAL.substring(0, cut)), bytes(USUAL.substring(cut) + "rest"));
            assertThat(UpgradeScanner.scan(start)).as("cut at %d", cut).isEqualTo(new UpgradeRequest(KEY, true));
            assertThat(start.toString(ISO_8859_1)).isEqualTo("rest");
        }
    }

    @Test
    void anIncompleteHeadIsLeftAlone() {
        for (int length = 0; length < USUAL.length(); length++) {
            assertLeftAlone(USUAL.substring(0, length));
        }
    }

    @Test
    void aHeadMayHaveSoManyBytesAndNoMore() {
        String padding = "X-Padding: " + "x".repeat(MAX_HEAD_BYTES - USUAL.length() - "X-Padding: \r\n".length());
        assertThat(scanned(with(padding))).isEqualTo(new UpgradeRequest(KEY, true));
        assertLeftAlone(with(padding + "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1",
                "GETS / HTTP/1.1",
                "get / HTTP/1.1",
                "HEAD / HTTP/1.1",
                "GET /broadcast HTTP/1.1",
                "GET /ws/ HTTP/1.1",
                "GET /WS HTTP/1.1",
                "GET // HTTP/1.1",
                "GET /? HTTP/1.1",
                "GET /ws?token=x HTTP/1.1",
                "GET /%77s HTTP/1.1",
                "GET http://relay/ HTTP/1.1",
                "GET * HTTP/1.1",
                "GET / HTTP/1.0",
                "GET / HTTP/1.2",
                "GET / HTTP/2.0",
                "GET / http/1.1",
                "GET  / HTTP/1.1",
                "GET / HTTP/1.1 ",
                " GET / HTTP/1.1",
                "GET /",
                "GET",
                "\r\nGET / HTTP/1.1",
                "GET / HTTP/1.1\r\n"
            })
    void anotherRequestLineIsLeftAlone(String line) {
        assertLeftAlone(USUAL.replace("GET / HTTP/1.1", line));
    }

    @ParameterizedTest
    @FieldSource("REQUIRED")
    void aMissingHeaderIsLeftAlone(String name) {
        assertLeftAlone(without(name));
    }

    @ParameterizedTest
    @FieldSource("COUNTED")
    void anEmptyHeaderThatCountsIsLeftAlone(String name) {
        assertLeftAlone(USUAL.replace(lineOf(name), name + ":"));
        assertLeftAlone(USUAL.replace(lineOf(name), name + ":  "));
    }

    @ParameterizedTest
    @FieldSource("COUNTED")
    void aHeaderThatCountsTwiceIsLeftAlone(String name) {
        assertLeftAlone(with(lineOf(name)));
        assertLeftAlone(with(lineOf(name).toUpperCase(Locale.ROOT)));
        assertLeftAlone(with(name + ":"));
        assertLeftAlone(USUAL.replace(lineOf(name), name + ":\r\n" + lineOf(name)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Connection: keep-alive, Upgrade",
                "Connection: Upgrade, keep-alive",
                "Connection: keep-alive",
                "Connection: Upgrade,",
                "Upgrade: websocket, h2c",
                "Upgrade: h2c",
                "Upgrade: websocket/13",
                "Sec-WebSocket-Version: 8",
                "Sec-WebSocket-Version: 013",
                "Sec-WebSocket-Version: 13, 8",
                "Sec-WebSocket-Protocol: chat, monorelay.v2",
                "Sec-WebSocket-Protocol: monorelay.v2,",
                "Sec-WebSocket-Key: AAAA",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ===",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==dGhl",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZXM=",
                "Sec-WebSocket-Key: dGhl IHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j-_==",
                "Sec-WebSocket-Key: %%%%"
            })
    void anotherValueIsLeftAlone(String line) {
        assertLeftAlone(USUAL.replace(lineOf(line.substring(0, line.indexOf(':'))), line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 0",
                "content-length: 5",
                "CONTENT-LENGTH:",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "Expect: 100-continue",
                "TE: trailers",
                "Trailer: X",
                "Sec-WebSocket-Key1: 1",
                "Sec-WebSocket-Key2: 2"
            })
    void aBodyIsLeftAlone(String line) {
        assertLeftAlone(with(line));
        assertLeftAlone(with(line) + "hello");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("LF alone at one line", USUAL.replace("Host: relay\r\n", "Host: relay\n")),
                Arguments.of("LF alone everywhere", USUAL.replace("\r\n", "\n")),
                Arguments.of("LF alone at the end", USUAL.substring(0, USUAL.length() - 2) + "\n"),
                Arguments.of("CR alone at one line", USUAL.replace("Host: relay\r\n", "Host: relay\r")),
                Arguments.of("CR alone everywhere", USUAL.replace("\r\n", "\r")),
                Arguments.of("CR twice", USUAL.replace("Host: relay\r\n", "Host: relay\r\r\n")),
                Arguments.of("CR in a value", with("X: a\rb")),
                Arguments.of("a folded line", with("X: a\r\n b")),
                Arguments.of("a folded line with a colon", with("X: a\r\n b: c")),
                Arguments.of("a folded line first", USUAL.replace("Host:", " Host:")),
                Arguments.of("a line folded by a tab", with("X: a\r\n\tb")),
                Arguments.of("a blank before the colon", USUAL.replace("Host:", "Host :")),
                Arguments.of("a tab before the value", USUAL.replace("Host: ", "Host:\t")),
                Arguments.of("a line without colon", with("Host")),
                Arguments.of("a line without name", with(": x")),
                Arguments.of("a blank in a name", with("X Y: z")),
                Arguments.of("a parenthesis in a name", with("X(Y): z")),
                Arguments.of("a NUL in a value", with("X: \0")),
                Arguments.of("a NUL in a name", with("X\0: y")),
                Arguments.of("a NUL in front", "\0" + USUAL),
                Arguments.of("a vertical tab", USUAL.replace("Host: ", "Host: \u000b")),
                Arguments.of("DEL", with("X: \u007f")),
                Arguments.of("a byte of 0x80", with("X: \u0080")),
                Arguments.of("a byte of 0xFF", with("X: \u00ff")),
                Arguments.of("a no-break space around a value", USUAL.replace("Upgrade\r\n", "Upgrade\u00a0\r\n")),
                Arguments.of("a byte of 0x80 in a name", with("X\u0080: y")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void whatIsMalformedIsLeftAlone(String what, String request) {
        assertThat(request).as(what).isNotEqualTo(USUAL);
        assertLeftAlone(request);
    }

    private static @Nullable UpgradeRequest scanned(String request) {
        ByteBuf start = bytes(request);
        UpgradeRequest scanned = UpgradeScanner.scan(start);
        assertThat(start.isReadable()).as("something left").isEqualTo(scanned == null);
        return scanned;
    }

    private static void assertLeftAlone(String request) {
        ByteBuf start = bytes(request);
        assertThat(UpgradeScanner.scan(start)).as(request).isNull();
        assertThat(start.toString(ISO_8859_1)).isEqualTo(request);
        assertThat(start.readerIndex()).isZero();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1));
    }

    /** The usual request with one more line. */
    private static String with(String line) {
        return USUAL.substring(0, USUAL.length() - 2) + line + "\r\n\r\n";
    }

    private static String without(String name) {
        return USUAL.replace(lineOf(name) + "\r\n", "");
    }

    private static String lineOf(String name) {
        int start = USUAL.indexOf("\r\n" + name + ":") + 2;
        return USUAL.substring(start, USUAL.indexOf("\r\n", start));
    }

    private static String vector(String name) throws IOException {
        try (InputStream stream = UpgradeScannerTest.class.getResourceAsStream("/vectors/" + name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), ISO_8859_1);
        }
    }

    private static String headOfTheJdksClient() throws IOException {
        try (HttpClient client = HttpClient.newHttpClient();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/ws");
            client.newWebSocketBuilder().subprotocols("monorelay.v2").buildAsync(address, new WebSocket.Listener() {});
            try (Socket accepted = server.accept()) {
                return headFrom(accepted.getInputStream());
            }
        }
    }

    private static String headFrom(InputStream stream) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = stream.read();
            assertThat(next).as("after %s", head).isNotNegative();
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }
}
