package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.TrustedAuthorities;
import io.monorelay.server.node.Inbox;
import io.monorelay.server.node.LinkedNode;
import io.monorelay.server.node.ObservedAddress;
import io.monorelay.server.node.RunningRelay;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the port of the relay. */
@Timeout(60)
final class TlsTest {
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";
    private static final String HELLO_BEGINS = "16030100f0010000ec0303";

    @TempDir
    static Path directory;

    private static CertificateFiles files;
    private static RunningRelay relay;

    @BeforeAll
    static void start() throws Exception {
        files = CertificateFiles.make(directory, "relay");
        relay = start(files, "proxy.trusted=127.0.0.1", "timeouts.request=1s", "timeouts.keep-alive=1s");
    }

    private static RunningRelay start(CertificateFiles with, String... settings) {
        String[] all = new String[settings.length + 2];
        all[0] = "tls.certificate=" + with.certificate();
        all[1] = "tls.key=" + with.key();
        System.arraycopy(settings, 0, all, 2, settings.length);
        return RunningRelay.start(all);
    }

    @AfterEach
    void goesOnServing() {
        relay.assertServing();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void nodesTakePartOverIt() throws Exception {
        ClientOptions options = ClientOptions.defaults().withTls(TrustedAuthorities.ofSystemAnd(files.certificate()));
        URI address = URI.create("wss://localhost:" + relay.port());
        try (LinkedNode node = LinkedNode.with(options);
                Inbox publisher = node.connect(address);
                LinkedNode other = LinkedNode.with(options);
                Inbox reader = other.connect(address);
                LinkedNode plain = LinkedNode.generate();
                Inbox inTheClear = plain.connect(relay.socketAddress())) {
            String large = "x".repeat(40_000);
            publisher.publish("small");
            publisher.publish(large);
            reader.assertNext("small", large);
            inTheClear.assertNext("small", large);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bothVersionsAreSpoken(String version) {
        AtomicReference<SSLSocket> used = new AtomicReference<>();
        try (RawConnection connection = TlsClient.startOn(relay.dial(), socket -> {
            socket.setEnabledProtocols(new String[] {version});
            used.set(socket);
        })) {
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            assertThat(used.get().getSession().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void ofTheProtocolsInsideHttp1IsChosen() {
        AtomicReference<SSLSocket> used = new AtomicReference<>();
        try (RawConnection connection = TlsClient.startOn(relay.dial(), socket -> {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            used.set(socket);
        })) {
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            assertThat(used.get().getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void aCipherWithoutAuthenticationIsRefused() {
        long before = relay.total("faults", "tls_handshake");
        assertThatThrownBy(() -> TlsClient.startOn(relay.dial(), socket -> {
                    socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                    socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
                }))
                .isInstanceOf(UncheckedIOException.class);
        await().untilAsserted(
                        () -> assertThat(relay.total("faults", "tls_handshake")).isEqualTo(before + 1));
        assertThat(relay.total("faults", "internal")).isZero();
    }

    @Test
    void whatIsInsideIsSniffedToo() {
        try (RawConnection connection = TlsClient.dial(relay.port())) {
            HttpAnswer answer = connection.send("SSH-2.0-").answer();
            assertThat(answer.status()).isEqualTo(400);
            connection.assertEnd();
        }
    }

    @Test
    void aWebSocketOverItIsClosedInGoodOrder() {
        try (RawConnection socket = TlsClient.dial(relay.port()).upgrade()) {
            socket.sendFrame(0x83, new byte[0]);
            Frame close = socket.frame();
            while (close.head() != Frame.CLOSE) {
                close = socket.frame();
            }
            assertThat(close.closeCode()).isEqualTo(1002);
            socket.assertEnd();
        }
    }

    @Test
    void theProxyProtocolComesBeforeIt() {
        RawConnection proxy = relay.dial().send("PROXY TCP4 192.0.2.77 198.51.100.1 40123 8000\r\n");
        try (RawConnection connection = TlsClient.startOn(proxy)) {
            assertThat(ObservedAddress.ofWebSocket(connection, "")).isEqualTo("192.0.2.77:40123");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"16", HELLO_BEGINS})
    void aHandshakeThatStallsIsEnded(String start) {
        try (RawConnection connection = relay.dial()) {
            connection.send(HexFormat.of().parseHex(start)).awaitEnd();
        }
    }

    @Test
    void whoSaysNothingAfterTheHandshakeIsEnded() {
        try (RawConnection connection = TlsClient.dial(relay.port())) {
            connection.assertEnd();
        }
    }

    @Test
    void halfARequestIsTimedOutInside() {
        try (RawConnection connection = TlsClient.dial(relay.port())) {
            assertThat(connection.send("GET / HT").answer().status()).isEqualTo(408);
            connection.assertEnd();
        }
    }

    @Test
    void whatIsNoHandshakeIsNotOurMistake() {
        long before = relay.total("faults", "tls_handshake");
        try (RawConnection connection = relay.dial()) {
            connection
                    .send(HexFormat.of().parseHex("1603010005" + "ffffffffff"))
                    .awaitEnd();
        }
        await().untilAsserted(
                        () -> assertThat(relay.total("faults", "tls_handshake")).isEqualTo(before + 1));
        assertThat(relay.total("faults", "internal")).isZero();
    }

    @Test
    void whereItIsRequiredTheRestIsToldSo() {
        try (RunningRelay strict = start(files, "tls.required=true");
                RawConnection secure = TlsClient.dial(strict.port());
                RawConnection plain = strict.dial()) {
            assertThat(secure.send(LIVE).answer().status()).isEqualTo(200);
            HttpAnswer answer = plain.send(LIVE).answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.info()).contains("expected TLS");
            plain.awaitEnd();
            String page = secure.send("GET / HTTP/1.1\r\nHost: relay\r\n\r\n")
                    .answer()
                    .text();
            assertThat(page).contains("\"tls_required\":1");
        }
    }

    @Test
    void newFilesServeWhoComesThen() throws Exception {
        Path own = Files.createDirectory(directory.resolve("reloaded"));
        CertificateFiles served = CertificateFiles.make(own, "first");
        try (RunningRelay reloading = start(served);
                RawConnection before = TlsClient.dial(reloading.port())) {
            assertThat(peerOf(reloading)).isEqualTo("CN=first");
            CertificateFiles.make(own, "second").copyTo(served);
            await().untilAsserted(() -> assertThat(peerOf(reloading)).isEqualTo("CN=second"));
            assertThat(before.send(LIVE).answer().status()).isEqualTo(200);
        }
    }

    private static String peerOf(RunningRelay relay) {
        AtomicReference<SSLSocket> used = new AtomicReference<>();
        try (RawConnection connection = TlsClient.startOn(relay.dial(), used::set)) {
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            return TlsClient.peer(used.get()).toString();
        }
    }

    @Test
    void aRelayDoesNotStartWithFilesThatCannotBeUsed() throws Exception {
        Path own = Files.createDirectory(directory.resolve("unusable"));
        CertificateFiles other = CertificateFiles.make(own, "other");
        CertificateFiles mixed = new CertificateFiles(files.certificate(), other.key());
        CertificateFiles swapped = new CertificateFiles(files.key(), files.certificate());
        CertificateFiles missing = new CertificateFiles(files.certificate(), own.resolve("none.key"));
        CertificateFiles wrongForm = new CertificateFiles(
                files.certificate(), Files.writeString(own.resolve("ec.key"), "-----BEGIN EC PRIVATE KEY-----\n"));
        assertThatThrownBy(() -> start(mixed)).hasMessageContaining("is not the key of the certificate");
        assertThatThrownBy(() -> start(swapped)).hasMessageContaining("tls.certificate: expected certificates");
        assertThatThrownBy(() -> start(missing)).hasMessageContaining("tls.key: there is no file");
        assertThatThrownBy(() -> start(wrongForm)).hasMessageContaining("openssl pkcs8");
    }
}
