package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.server.net.RawConnection;
import io.monorelay.server.ws.JdkSocket;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class ShutdownTest {
    @Test
    void peersAreToldThatTheRelayGoesAway() {
        try (RunningRelay relay = RunningRelay.start();
                JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, ForeignNode.generate());
                JdkSocket unproven = JdkSocket.v2(relay)) {
            JdkSocket.await(CompletableFuture.runAsync(relay::close));
            assertThat(v1.closeCode()).isEqualTo(1001);
            assertThat(v2.closeCode()).isEqualTo(1001);
            assertThat(unproven.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void thePortIsFreeForTheNextRelay() {
        RunningRelay first = RunningRelay.start();
        int port = first.port();
        try (JdkSocket peer = JdkSocket.v1(first)) {
            first.close();
            assertThat(peer.closeCode()).isEqualTo(1001);
        }
        try (RunningRelay second = RunningRelay.start("listen=127.0.0.1:" + port)) {
            second.assertServing();
        }
    }

    @Test
    void nobodyIsAcceptedAfterwards() {
        RunningRelay relay = RunningRelay.start();
        int port = relay.port();
        relay.close();
        assertThatThrownBy(() -> RawConnection.to(port)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine() {
        try (RunningRelay relay = RunningRelay.start()) {
            assertThatThrownBy(() -> RunningRelay.start("listen=127.0.0.1:" + relay.port()))
                    .cause()
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + relay.port());
            relay.assertServing();
        }
    }

    @Test
    void aPeerThatDoesNotAnswerTheCloseHoldsNothingUp() {
        RunningRelay relay = RunningRelay.start();
        try (RawConnection silent = relay.dial().upgrade();
                RawConnection halfARequest = relay.dial().send("GET / HT")) {
            JdkSocket.await(CompletableFuture.runAsync(relay::close));
            assertThat(silent.frame().closeCode()).isEqualTo(1001);
            silent.assertEnd();
            halfARequest.awaitEnd();
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAtOnce() {
        try (RunningRelay relay = RunningRelay.start("network.max-connections=2");
                RawConnection first = relay.dial().upgrade()) {
            RawConnection second = relay.dial().upgrade();
            try (RawConnection third = relay.dial()) {
                third.awaitEnd();
            }
            second.close();
            Awaitility.await().untilAsserted(() -> {
                try (RawConnection again = relay.dial()) {
                    again.send("GET /health/live HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
                    assertThat(again.answer().status()).isEqualTo(200);
                }
            });
            first.sendFrame(0x89, new byte[0]);
            assertThat(first.frame().head()).isEqualTo(0x8A);
        }
    }
}
