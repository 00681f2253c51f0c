package io.monorelay.server.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.ClientOptions;
import io.monorelay.client.TrustedAuthorities;
import io.monorelay.server.net.CertificateFiles;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.Inbox;
import io.monorelay.server.node.LinkedNode;
import io.monorelay.server.node.ObservedAddress;
import io.monorelay.server.node.RunningRelay;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real HAProxy in front of a relay, with the configuration of docs/deploy. */
@Timeout(90)
final class HaproxyTest {
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);

    @TempDir
    static Path directory;

    private static CertificateFiles certificate;
    private static RunningRelay relay;
    private static HaproxyProcess haproxy;

    @BeforeAll
    static void start() throws Exception {
        certificate = CertificateFiles.make(directory, "relay");
        relay = RunningRelay.start(
                "proxy.trusted=" + HaproxyProcess.ADDRESS,
                "tls.certificate=" + certificate.certificate(),
                "tls.key=" + certificate.key());
        haproxy = HaproxyProcess.before(directory, certificate, relay.port());
        awaitReady();
    }

    @AfterAll
    static void stop() {
        if (haproxy != null) {
            haproxy.close();
        }
        relay.close();
    }

    /** Where a node dials. */
    private enum Way {
        PLAIN(HaproxyProcess::address),
        TLS_AT_THE_BALANCER(HaproxyProcess::tlsAddress),
        TLS_AT_THE_RELAY(HaproxyProcess::passingAddress);

        private final Function<HaproxyProcess, URI> address;

        Way(Function<HaproxyProcess, URI> address) {
            this.address = address;
        }
    }

    @ParameterizedTest
    @EnumSource
    void nodesTakePartThroughIt(Way way) throws Exception {
        URI address = way.address.apply(haproxy);
        try (LinkedNode node = LinkedNode.with(options());
                Inbox publisher = node.connect(address);
                LinkedNode other = LinkedNode.with(options());
                Inbox reader = other.connect(address)) {
            publisher.publish("by " + way);
            reader.assertNext("by " + way);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRelaySeesWhereTheClientIs(Way way) throws Exception {
        try (LinkedNode node = LinkedNode.with(options());
                Inbox link = node.connect(way.address.apply(haproxy))) {
            assertThat(link.link().observedAddress()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void eachRequestIsItsClients() {
        try (RawConnection connection = dial()) {
            assertThat(ObservedAddress.ofRequests(connection, "X-Forwarded-For: 192.0.2.1\r\n"))
                    .startsWith("127.0.0.1:");
        }
    }

    @Test
    void aRelayThatIsGoneGetsNoRequestsUntilItIsBack() throws Exception {
        Path own = directory.resolve("restart");
        assertThat(own.toFile().mkdir()).isTrue();
        RunningRelay restarted = RunningRelay.start("proxy.trusted=" + HaproxyProcess.ADDRESS);
        try (HaproxyProcess before = HaproxyProcess.before(own, certificate, restarted.port())) {
            awaitStatus(before, 200);
            restarted.stop();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(before.log()).contains("relay1 is DOWN"));
            awaitStatus(before, 503);
            restarted = restarted.startAgain();
            awaitStatus(before, 200);
            assertThat(restarted.total("faults", "proxy_not_trusted")).isZero();
        } finally {
            restarted.close();
        }
    }

    @Test
    void aRelayThatTrustsNoProxyRefusesItsHeader() throws Exception {
        Path own = directory.resolve("strange");
        assertThat(own.toFile().mkdir()).isTrue();
        try (RunningRelay strange = RunningRelay.start();
                HaproxyProcess before = HaproxyProcess.before(own, certificate, strange.port())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(before.log()).contains("relay1 is DOWN"));
            assertThat(strange.total("faults", "proxy_not_trusted")).isPositive();
        }
    }

    private static void awaitReady() {
        awaitStatus(haproxy, 200);
    }

    private static void awaitStatus(HaproxyProcess before, int status) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (RawConnection connection = RawConnection.to(before.address().getPort())) {
                connection.send("GET /health/ready HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
                assertThat(connection.head()).startsWith("HTTP/1.1 " + status + " ");
            }
        });
    }

    private static RawConnection dial() {
        return RawConnection.to(haproxy.address().getPort());
    }

    private static ClientOptions options() throws Exception {
        return ClientOptions.defaults().withTls(TrustedAuthorities.ofSystemAnd(certificate.certificate()));
    }
}
