package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.config.Tls;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which certificate is served while its files change. */
final class ServerTlsTest {
    @TempDir
    Path directory;

    private CertificateFiles files;
    private ServerTls tls;

    @BeforeEach
    void open() throws Exception {
        files = CertificateFiles.make(directory, "first");
        tls = open(SslProvider.OPENSSL_REFCNT);
    }

    private ServerTls open(SslProvider provider) throws IOException {
        return ServerTls.open(new Tls(files.certificate(), files.key(), false), provider);
    }

    @AfterEach
    void close() {
        tls.close();
    }

    @Test
    void newFilesAreTakenOnceTheyHaveComeToRest() throws Exception {
        CertificateFiles.make(directory, "second").copyTo(files);
        tls.look();
        assertServed("first");
        tls.look();
        assertServed("second");
    }

    @Test
    void aKeyThatComesAfterItsCertificateIsWaitedFor() throws Exception {
        CertificateFiles second = CertificateFiles.make(directory, "second");
        Files.writeString(files.certificate(), Files.readString(second.certificate()));
        look();
        assertServed("first");
        Files.writeString(files.key(), Files.readString(second.key()));
        look();
        assertServed("second");
    }

    @Test
    void filesThatCannotBeUsedLeaveTheOldOnesInPlace() throws Exception {
        CertificateFiles.make(directory, "expired", -10).copyTo(files);
        look();
        assertServed("first");
        Files.writeString(files.certificate(), "nothing of that kind");
        look();
        assertServed("first");
        Files.delete(files.certificate());
        look();
        assertServed("first");
        CertificateFiles.make(directory, "third").copyTo(files);
        look();
        assertServed("third");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void bothProvidersShakeHands(SslProvider provider) throws Exception {
        ServerTls other = open(provider);
        SslHandler server = other.newHandler(UnpooledByteBufAllocator.DEFAULT, Duration.ofSeconds(10));
        SslHandler client = client().newHandler(UnpooledByteBufAllocator.DEFAULT);
        EmbeddedChannel serverSide = new EmbeddedChannel(server);
        EmbeddedChannel clientSide = new EmbeddedChannel(client);
        exchange(clientSide, serverSide);
        assertThat(server.handshakeFuture().isSuccess()).isTrue();
        assertThat(client.handshakeFuture().isSuccess()).isTrue();
        assertThat(client.applicationProtocol()).isEqualTo("http/1.1");
        assertThat(client.engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
        clientSide.finishAndReleaseAll();
        serverSide.finishAndReleaseAll();
        other.close();
    }

    private static SslContext client() throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2",
                        "http/1.1"))
                .build();
    }

    /** Passes on what each has for the other, until neither has anything. */
    private static void exchange(EmbeddedChannel one, EmbeddedChannel other) {
        boolean passed = true;
        while (passed) {
            passed = pass(one, other) | pass(other, one);
        }
    }

    private static boolean pass(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean any = false;
        for (Object next = from.readOutbound(); next != null; next = from.readOutbound()) {
            to.writeInbound(next);
            any = true;
        }
        return any;
    }

    private void look() {
        tls.look();
        tls.look();
    }

    private void assertServed(String name) {
        assertThat(tls.description()).startsWith("CN=" + name + ",");
    }
}
