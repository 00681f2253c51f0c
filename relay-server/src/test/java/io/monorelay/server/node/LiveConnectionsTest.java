package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.admission.LiveConnection;
import io.monorelay.server.channel.Live.Protocol;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.ws.JdkSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of the connections that are open, and closing one of them. */
@Timeout(60)
final class LiveConnectionsTest {
    private final RunningRelay relay = RunningRelay.start();

    @AfterEach
    void stop() {
        relay.close();
    }

    private List<LiveConnection> live() {
        return relay.node()
                .live()
                .list()
                .toCompletableFuture()
                .orTimeout(RawConnection.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    private LiveConnection only(Protocol protocol) {
        List<LiveConnection> found =
                live().stream().filter(each -> each.protocol() == protocol).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void everyConnectionIsListedAsWhatItIs() {
        ForeignNode node = ForeignNode.generate();
        try (JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, node);
                RawConnection stream = relay.dial().send("GET /stream HTTP/1.1\r\nHost: relay\r\n\r\n");
                RawConnection requests = relay.dial().send("GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n")) {
            assertThat(stream.head()).startsWith("HTTP/1.1 200 ");
            assertThat(requests.answer().status()).isEqualTo(200);
            assertThat(live())
                    .extracting(LiveConnection::protocol)
                    .containsExactlyInAnyOrder(Protocol.V1, Protocol.V2, Protocol.EVENTS, Protocol.HTTP);
            assertThat(live()).extracting(LiveConnection::id).doesNotHaveDuplicates();
            assertThat(v1.isQuiet() && v2.isQuiet()).isTrue();
            assertThat(only(Protocol.V2).key()).contains(NodeKey.of(node.key()));
            assertThat(only(Protocol.V1).key()).isEmpty();
            assertThat(only(Protocol.HTTP).address().getAddress().isLoopbackAddress())
                    .isTrue();
        }
    }

    @Test
    void aConnectionThatHasEndedIsNotListed() {
        JdkSocket.v1(relay).close();
        try (RawConnection requests = relay.dial().send("GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n")) {
            assertThat(requests.answer().status()).isEqualTo(200);
        }
        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(live()).isEmpty());
    }

    @Test
    void oneThatIsClosedIsToldWhyAndTheOthersStay() {
        try (JdkSocket unwanted = JdkSocket.v1(relay);
                JdkSocket other = JdkSocket.v2(relay, ForeignNode.generate())) {
            only(Protocol.V1).close(CloseCode.POLICY_VIOLATION, "go away");
            assertThat(unwanted.closeCode()).isEqualTo(1008);
            relay.sendToAll("who is there");
            assertThat(other.nextData()).isEqualTo("who is there");
        }
    }

    @Test
    void aConnectionForRequestsCanBeClosed() {
        try (RawConnection requests = relay.dial().send("GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n")) {
            assertThat(requests.answer().status()).isEqualTo(200);
            only(Protocol.HTTP).close(CloseCode.GOING_AWAY, "go away");
            requests.assertEnd();
        }
    }
}
