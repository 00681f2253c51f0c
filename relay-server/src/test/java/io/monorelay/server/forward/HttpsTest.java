package io.monorelay.server.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.monorelay.server.forward.CallResult.Answer;
import io.monorelay.server.forward.CallResult.Failure;
import io.monorelay.server.net.CertificateFiles;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir
    static Path directory;

    private static final AtomicInteger REQUESTS = new AtomicInteger();
    private static HttpsServer server;
    private static X509Certificate certificate;

    @BeforeAll
    static void serve() throws Exception {
        KeyStore keys = CertificateFiles.keysFor(directory, "node.example");
        certificate = (X509Certificate) keys.getCertificate("node");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, CertificateFiles.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/broadcast", exchange -> {
            exchange.getRequestBody().readAllBytes();
            REQUESTS.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void nodeWithACertificateForItsNameIsCalled() throws Exception {
        int before = REQUESTS.get();
        SslContext trusting = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .endpointIdentificationAlgorithm("HTTPS")
                .trustManager(certificate)
                .build();
        try (Loopback loopback = new Loopback(trusting)) {
            HttpLine line = loopback.caller(TIMEOUT).line(address("node.example"));

            assertThat(loopback.call(line, post()))
                    .isInstanceOfSatisfying(
                            Answer.class, answer -> assertThat(answer.isOk()).isTrue());
            assertThat(loopback.call(line, post())).isInstanceOf(Answer.class);
            assertThat(REQUESTS).hasValue(before + 2);

            HttpLine wrongName = loopback.caller(TIMEOUT).line(address("other.example"));
            assertThat(loopback.call(wrongName, post()))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            failure -> assertThat(failure.reason()).contains("other.example", "SSLHandshakeException"));
            assertThat(REQUESTS).hasValue(before + 2);
        }
    }

    @Test
    void nodeWhoseCertificateNobodyVouchesForIsNotCalled() throws Exception {
        int before = REQUESTS.get();
        try (Loopback loopback = new Loopback()) {
            HttpLine line = loopback.caller(TIMEOUT).line(address("node.example"));

            assertThat(loopback.call(line, post())).isInstanceOf(Failure.class);
            assertThat(REQUESTS).hasValue(before);
        }
    }

    private static URI address(String host) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort());
    }

    private static HttpCall post() {
        return HttpCall.post("/broadcast", new byte[] {'{', '}'});
    }
}
