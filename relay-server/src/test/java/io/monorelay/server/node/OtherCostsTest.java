package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.ws.JdkSocket;
import java.time.Instant;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nodes and clients have to pay for beside messages. */
@Timeout(120)
final class OtherCostsTest {
    private static final String SMALL = "1ms";
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final String UPGRADE = "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private final ForeignNode node = ForeignNode.generate();
    private RunningRelay relay;

    @AfterEach
    void stop() {
        relay.close();
    }

    /** One for which loopback is as any other address. */
    private void start(String... settings) {
        String[] all = new String[settings.length + 1];
        all[0] = "access.exempt=";
        System.arraycopy(settings, 0, all, 1, settings.length);
        relay = RunningRelay.start(all);
    }

    private long paused() {
        return relay.total("traffic", "peers_paused");
    }

    private void assertPausedBy(RawConnection connection, int head, byte[] payload) {
        // Within a second some are free, so all of them are sent at once.
        byte[] frame = RawConnection.masked(head, payload);
        byte[] flood = new byte[frame.length * 4_000];
        for (int at = 0; at < flood.length; at += frame.length) {
            System.arraycopy(frame, 0, flood, at, frame.length);
        }
        connection.send(flood);
        Awaitility.await().until(() -> paused() > 0);
    }

    @Test
    void framesThatCannotBeReadArePaidFor() {
        start("budget.connection=" + SMALL);
        try (JdkSocket peer = JdkSocket.v2(relay, node)) {
            for (int i = 0; paused() == 0; i++) {
                peer.send("no message");
                assertThat(peer.nextJson().path("code").asInt()).isEqualTo(400);
                assertThat(i).isLessThan(300);
            }
        }
    }

    @Test
    void pingsBeyondReasonArePaidFor() {
        start("budget.connection=" + SMALL);
        try (RawConnection connection = relay.dial().upgrade()) {
            assertPausedBy(connection, PING, new byte[0]);
        }
    }

    @Test
    void pongsThatNobodyAskedForArePaidFor() {
        start("budget.connection=" + SMALL);
        try (RawConnection connection = relay.dial().upgrade()) {
            assertPausedBy(connection, PONG, new byte[0]);
        }
    }

    @Test
    void aFewPingsASecondCostNothing() {
        start("budget.connection=" + SMALL, "budget.network=" + SMALL);
        try (RawConnection connection = relay.dial().upgrade()) {
            for (int i = 0; i < 8; i++) {
                connection.sendFrame(PING, new byte[] {(byte) i});
                assertThat(connection.frame().payload()).containsExactly((byte) i);
            }
        }
        assertThat(paused()).isZero();
    }

    @Test
    void acksAndAnswersArePaidFor() {
        start("budget.connection=" + SMALL);
        try (JdkSocket peer = JdkSocket.v2(relay, node)) {
            for (int i = 0; i < 5_000; i++) {
                peer.send(i % 2 == 0 ? "{\"ack\":{\"position\":1}}" : "{\"info\":\"thanks\"}");
            }
            Awaitility.await().until(() -> paused() > 0);
        }
    }

    @Test
    void eachHandshakeOnAV1WebSocketIsPaidFor() {
        start("budget.connection=" + SMALL);
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            for (int i = 0; paused() == 0; i++) {
                peer.send(node.handshakeV1("", Instant.now()));
                assertThat(peer.nextJson().path("_type").asString()).isEqualTo("HandshakeResponse");
                assertThat(peer.nextJson().path("_type").asString()).isEqualTo("HandshakeRequest");
                assertThat(i).isLessThan(200);
            }
        }
    }

    @Test
    void anHonestPeerThatDoesAllOfThisIsNotHeldUp() {
        start();
        try (JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, node)) {
            for (int i = 0; i < 1_000; i++) {
                v2.send("{\"ack\":{\"position\":1}}");
                v1.send("{\"info\":\"Broadcast message was valid\",\"_type\":\"WS_Success\"}");
            }
            v1.send(node.handshakeV1("", Instant.now()));
            assertThat(v1.nextJson().path("_type").asString()).isEqualTo("HandshakeResponse");
        }
        assertThat(paused()).isZero();
        assertThat(relay.total("faults", "over_budget")).isZero();
    }

    @Test
    void webSocketsOverTheBudgetOfTheirNetworkAreAnsweredWith429() {
        start("budget.network=" + SMALL);
        assertRefused(i -> {
            try (RawConnection connection = relay.dial().send(UPGRADE)) {
                return connection.answer();
            }
        });
    }

    @Test
    void requestsAreAnsweredWith429WhateverTheyAskFor() {
        start("budget.network=" + SMALL, "publish.open=true");
        assertRefused(i -> relay.post("/publish", "text " + i));
        assertRefused(i -> relay.get("/messages/" + "0".repeat(64)));
        assertRefused(i -> relay.get("/messages"));
        assertRefused(i -> relay.get("/"));
    }

    private void assertRefused(IntFunction<HttpAnswer> request) {
        HttpAnswer answer = request.apply(0);
        for (int i = 1; answer.status() != 429; i++) {
            assertThat(i).isLessThan(1_000);
            answer = request.apply(i);
        }
        assertThat(answer.headers()).containsKey("retry-after");
        assertThat(answer.json().path("retry_after_ms").asLong()).isPositive();
    }

    @Test
    void aReplayIsPaidForByThePageAndLeavesEnoughForMessages() {
        start("budget.connection=10ms", "budget.network=0ms");
        int count = 200;
        for (int i = 0; i < count; i++) {
            assertThat(relay.post("/broadcast", node.broadcast(i + "x".repeat(30_000)))
                            .status())
                    .isEqualTo(200);
        }
        ForeignNode reader = ForeignNode.generate();
        try (JdkSocket late = JdkSocket.v2(relay)) {
            late.send(reader.answerV2(late.nextJson(), relay.socketAddress().toString(), Instant.now())
                    .text()
                    .replace("\"resume\":null", "\"resume\":{\"after\":0}"));
            late.nextJson();
            for (int i = 0; i < count; i++) {
                assertThat(late.nextData()).startsWith(i + "x");
            }
            assertThat(relay.total("traffic", "pages_postponed")).isPositive();
            late.send(reader.broadcast("there is enough left for this"));
            assertThat(late.nextJson().path("info").asString()).isEqualTo("Message received and valid");
        }
    }
}
