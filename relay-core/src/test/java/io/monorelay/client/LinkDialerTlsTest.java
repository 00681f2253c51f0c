package io.monorelay.client;

import static io.monorelay.client.ClientFixture.failureOf;
import static io.monorelay.client.ClientFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.monorelay.client.ScriptedRelay.Conversation;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a certificate for {@code localhost} that nobody but the test trusts. */
@Timeout(60)
final class LinkDialerTlsTest {
    private static final char[] PASSWORD = "of-the-test".toCharArray();

    private static KeyStore keys;

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "relay",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
    }

    @Test
    void aRelayWithATrustedCertificateIsTalkedToOverTls() throws Exception {
        try (ClientFixture fixture = new ClientFixture(relay(), trusting())) {
            CompletionStage<RelayLink> opening =
                    fixture.dialer.connect(fixture.relay.uri("localhost"), fixture.listener);
            try (Conversation relay = fixture.relay.accept()) {
                relay.handshake(fixture.handshakes, fixture.relayIdentity);
                assertThat(get(opening).relayKey()).isEqualTo(fixture.relayIdentity.key());
            }
        }
    }

    @Test
    void aRelayWhoseAuthorityIsGivenInAFileIsTrusted(@TempDir Path directory) throws Exception {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("relay").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        Path file = Files.writeString(directory.resolve("ca.pem"), "the authority\n" + pem);
        ClientOptions options = ClientOptions.defaults().withTls(TrustedAuthorities.ofSystemAnd(file));
        try (ClientFixture fixture = new ClientFixture(relay(), options)) {
            CompletionStage<RelayLink> opening =
                    fixture.dialer.connect(fixture.relay.uri("localhost"), fixture.listener);
            fixture.relay.accept().handshake(fixture.handshakes, fixture.relayIdentity);
            get(opening);
        }
    }

    @Test
    void aFileWithoutACertificateIsRefused(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("ca.pem"), "nothing of that kind");
        assertThatIOException()
                .isThrownBy(() -> TrustedAuthorities.ofSystemAnd(file))
                .withMessageContaining(file + " has no certificate in PEM form");
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (ClientFixture fixture = new ClientFixture(relay(), trusting())) {
            assertThat(failureAgainst(fixture, "127.0.0.1")).hasMessageContaining("TLS failed");
        }
    }

    @Test
    void aCertificateThatTheSystemDoesNotTrustIsRefused() throws Exception {
        try (ClientFixture fixture = new ClientFixture(relay(), ClientOptions.defaults())) {
            assertThat(failureAgainst(fixture, "localhost")).hasMessageContaining("TLS failed");
        }
    }

    @Test
    void aRelayThatDoesNotSpeakTlsIsNamed() throws Exception {
        ScriptedRelay plain = ScriptedRelay.overTls(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        try (ClientFixture fixture = new ClientFixture(plain, trusting())) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                assertThat(failureOf(opening)).hasMessageContaining("does not speak TLS");
            }
        }
    }

    private static RelayException failureAgainst(ClientFixture fixture, String host) throws Exception {
        CompletionStage<RelayLink> opening = fixture.dialer.connect(fixture.relay.uri(host), fixture.listener);
        try (Conversation relay = fixture.relay.accept()) {
            String head = relay.readHead();
            throw new AssertionError("the client went on: " + head);
        } catch (IOException expected) {
            return failureOf(opening);
        }
    }

    private static ScriptedRelay relay() throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return ScriptedRelay.overTls(
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    private static ClientOptions trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("relay", keys.getCertificate("relay"));
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SslContext context = SslContextBuilder.forClient()
                .trustManager(managers)
                .endpointIdentificationAlgorithm("HTTPS")
                .build();
        return ClientOptions.defaults().withTls(context).withLimits(ClientFixture.LIMITS);
    }
}
