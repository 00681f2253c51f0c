package io.monorelay.server.balancer;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real nginx in front of a relay, with the configuration of docs/deploy. */
@Timeout(90)
final class NginxTest {
    @TempDir
    static Path directory;

    private static CertificateFiles certificate;
    private static RunningRelay relay;
    private static NginxProcess nginx;

    @BeforeAll
    static void start() throws Exception {
        certificate = CertificateFiles.make(directory, "relay");
        relay = RunningRelay.start("proxy.trusted=" + NginxProcess.ADDRESS);
        nginx = NginxProcess.before(directory, certificate, relay.port());
    }

    @AfterAll
    static void stop() {
        if (nginx != null) {
            nginx.close();
        }
        relay.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nodesTakePartThroughIt(boolean tls) throws Exception {
        URI address = tls ? nginx.tlsAddress() : nginx.address();
        try (LinkedNode node = LinkedNode.with(options());
                Inbox publisher = node.connect(address);
                LinkedNode other = LinkedNode.with(options());
                Inbox reader = other.connect(address)) {
            publisher.publish("by nginx");
            reader.assertNext("by nginx");
            assertThat(reader.link().observedAddress()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void whatAClientWritesIntoTheHeaderIsNotBelieved() {
        try (RawConnection requests = dial();
                RawConnection socket = dial()) {
            String forged = "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2\r\n";
            assertThat(ObservedAddress.ofRequests(requests, forged)).isEqualTo("127.0.0.1");
            assertThat(ObservedAddress.ofWebSocket(socket, forged)).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void requestsOfManyClientsShareAConnectionAndEachIsItsClients() {
        try (RawConnection one = dial();
                RawConnection other = dial()) {
            for (int i = 0; i < 3; i++) {
                assertThat(ObservedAddress.ofRequests(one, "")).isEqualTo("127.0.0.1");
                assertThat(ObservedAddress.ofRequests(other, "")).isEqualTo("127.0.0.1");
            }
        }
    }

    private static RawConnection dial() {
        return RawConnection.to(nginx.address().getPort());
    }

    private static ClientOptions options() throws Exception {
        return ClientOptions.defaults().withTls(TrustedAuthorities.ofSystemAnd(certificate.certificate()));
    }
}
