package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.ws.JdkSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What every endpoint and every event loop must see alike. */
final class SharedStateTest {
    private static final int LOOPS = 3;

    private final ForeignNode node = ForeignNode.generate();
    private RunningRelay relay;

    @BeforeEach
    void start() {
        relay = RunningRelay.start("network.event-loops=" + LOOPS);
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void theTotalsCountWhatCameByEveryEndpoint() {
        ForeignNode proven = ForeignNode.generate();
        try (JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, proven)) {
            v1.send(node.broadcast("by v1"));
            assertThat(v1.next()).contains("WS_Success");
            assertThat(v2.nextData()).isEqualTo("by v1");
            v2.send(proven.broadcast("by v2"));
            assertThat(v2.nextJson().has("position")).isTrue();
            assertThat(v1.nextData()).isEqualTo("by v2");
            assertThat(relay.post("/broadcast", node.broadcast("by http")).status())
                    .isEqualTo(200);

            assertThat(relay.total("messages", "accepted")).isEqualTo(3);
            assertThat(relay.total("traffic", "websockets_opened")).isEqualTo(2);
            assertThat(relay.total("traffic", "handshakes_v2")).isEqualTo(1);
            assertThat(relay.page().path("connections").asInt()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void oneEndpointKnowsTheMessageThatAnotherTook() {
        String message = node.broadcast("only once");
        HttpAnswer first = relay.post("/broadcast", message);
        try (JdkSocket v2 = JdkSocket.v2(relay, ForeignNode.generate());
                JdkSocket v1 = JdkSocket.v1(relay)) {
            v2.send(message);
            JsonNode again = v2.nextJson();
            assertThat(again.path("id")).isEqualTo(first.json().path("id"));
            assertThat(again.path("position")).isEqualTo(first.json().path("position"));
            v1.send(message);
            assertThat(v1.next()).contains("WS_Success");
        }
        assertThat(relay.total("messages", "accepted")).isEqualTo(1);
        assertThat(relay.total("messages", "duplicate")).isEqualTo(2);
    }

    @Test
    void messagesReachThePeersOfEveryEventLoopInOneOrder() {
        List<JdkSocket> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * LOOPS; i++) {
                peers.add(JdkSocket.v2(relay, ForeignNode.generate()));
                peers.add(JdkSocket.v1(relay));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(relay.post("/broadcast", node.broadcast("message " + i))
                                .status())
                        .isEqualTo(200);
            }
            for (JdkSocket peer : peers) {
                for (int i = 0; i < 20; i++) {
                    assertThat(peer.nextData()).isEqualTo("message " + i);
                }
            }
        } finally {
            peers.forEach(JdkSocket::close);
        }
    }

    @Test
    void concurrentPublishersOfOneMessageGetOnePosition() {
        String message = node.broadcast("from everywhere");
        Set<JsonNode> positions = new HashSet<>();
        List<JdkSocket> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * LOOPS; i++) {
                peers.add(JdkSocket.v2(relay, ForeignNode.generate()));
            }
            peers.parallelStream().forEach(peer -> peer.send(message));
            for (JdkSocket peer : peers) {
                JsonNode answer = peer.nextJson();
                // One that did not publish it first may get the message before its own acknowledgement.
                positions.add((answer.has("message") ? peer.nextJson() : answer).path("position"));
            }
        } finally {
            peers.forEach(JdkSocket::close);
        }
        assertThat(positions).hasSize(1);
        assertThat(relay.total("messages", "accepted")).isEqualTo(1);
    }

    @Test
    void theNodesOwnMessagesTakeTheSameWay() {
        try (JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, ForeignNode.generate())) {
            relay.sendToAll("from the relay");
            assertThat(v1.nextData()).isEqualTo("from the relay");
            assertThat(v2.nextData()).isEqualTo("from the relay");
        }
        assertThat(relay.total("messages", "accepted")).isEqualTo(1);
    }
}
