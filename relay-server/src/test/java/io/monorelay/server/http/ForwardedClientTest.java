package io.monorelay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ObservedAddress;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.Test;

/** Whose header is believed, for requests and for WebSockets. */
final class ForwardedClientTest {
    @Test
    void aTrustedProxySaysForEachRequestWhereItsClientIs() {
        try (RunningRelay relay = RunningRelay.start("proxy.trusted=127.0.0.0/8");
                RawConnection connection = relay.dial()) {
            assertThat(ObservedAddress.ofRequests(connection, "X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\n"))
                    .isEqualTo("192.0.2.1");
            assertThat(ObservedAddress.ofRequests(connection, "X-Forwarded-For: 192.0.2.2\r\n"))
                    .isEqualTo("192.0.2.2");
            assertThat(ObservedAddress.ofRequests(connection, "Forwarded: for=192.0.2.3\r\n"))
                    .startsWith("127.0.0.1:");
        }
    }

    @Test
    void aTrustedProxySaysWhereTheClientOfAWebSocketIs() {
        try (RunningRelay relay = RunningRelay.start("proxy.trusted=127.0.0.1", "proxy.header=forwarded");
                RawConnection connection = relay.dial()) {
            assertThat(ObservedAddress.ofWebSocket(
                            connection, "X-Forwarded-For: 192.0.2.2\r\nForwarded: for=\"[2001:db8::1]:80\"\r\n"))
                    .isEqualTo("[2001:db8::1]:80");
        }
    }

    @Test
    void nobodyElseIsBelieved() {
        try (RunningRelay relay = RunningRelay.start("proxy.trusted=192.0.2.0/24");
                RawConnection connection = relay.dial();
                RawConnection socket = relay.dial()) {
            assertThat(ObservedAddress.ofRequests(connection, "X-Forwarded-For: 192.0.2.1\r\n"))
                    .startsWith("127.0.0.1:");
            assertThat(ObservedAddress.ofWebSocket(socket, "X-Forwarded-For: 192.0.2.1\r\n"))
                    .startsWith("127.0.0.1:");
        }
    }

    @Test
    void aHeaderThatCannotBeReadIsRefused() {
        try (RunningRelay relay = RunningRelay.start("proxy.trusted=127.0.0.1", "proxy.header=forwarded");
                RawConnection connection = relay.dial()) {
            connection.send("GET /health/live HTTP/1.1\r\nHost: relay\r\nForwarded: for=\"x, for=192.0.2.1\r\n\r\n");
            assertThat(connection.answer().status()).isEqualTo(400);
            assertThat(relay.total("faults", "bad_forwarded")).isOne();
        }
    }
}
