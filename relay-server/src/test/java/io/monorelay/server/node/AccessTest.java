package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.metrics.Refusal;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.config.Subject;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.ws.JdkSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a relay serves, and how it parts with those whom it serves no longer. */
@Timeout(60)
final class AccessTest {
    private static final String KEPT_ALIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";
    private static final Subject LOOPBACK = Subject.of(InetAddress.getLoopbackAddress());

    private final ForeignNode alice = ForeignNode.generate();
    private final ForeignNode bob = ForeignNode.generate();
    private RunningRelay relay;

    @AfterEach
    void stop() {
        relay.close();
    }

    private static Subject key(ForeignNode node) {
        return Subject.of(NodeKey.of(node.key()));
    }

    private static void done(CompletionStage<?> change) {
        change.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void ban(Subject subject) {
        done(relay.node().access().ban(subject, Optional.empty(), "test"));
    }

    /** Connects at session level 2 and proves the key, whatever becomes of that. */
    private JdkSocket prove(ForeignNode node) {
        JdkSocket socket = JdkSocket.v2(relay);
        socket.send(node.answerV2(socket.nextJson(), relay.socketAddress().toString(), Instant.now())
                .text());
        return socket;
    }

    private void assertProofIsRefused(ForeignNode node) {
        try (JdkSocket socket = prove(node)) {
            assertThat(socket.nextJson().path("code").asInt()).isEqualTo(403);
            assertThat(socket.closeCode()).isEqualTo(4002);
        }
    }

    @Test
    void whereProofIsRequiredNobodyElseReads() {
        relay = RunningRelay.start("access.mode=authenticated");
        assertThat(relay.get("/messages").status()).isEqualTo(403);
        assertThat(relay.get("/messages/" + "00".repeat(32)).status()).isEqualTo(403);
        assertThat(relay.get("/stream").status()).isEqualTo(403);
        try (RawConnection v1 = relay.dial()) {
            HttpAnswer answer = v1.send("GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + RawConnection.UPGRADE_KEY
                            + "\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.info()).contains("monorelay.v2");
        }
    }

    @Test
    void whereProofIsRequiredWhoeverProvesAKeyTakesPartAndASignatureIsProofEnoughToPublish() {
        relay = RunningRelay.start("access.mode=authenticated");
        try (JdkSocket reader = JdkSocket.v2(relay, alice);
                JdkSocket stranger = JdkSocket.v2(relay)) {
            stranger.nextJson();
            stranger.send(bob.broadcast("unproven"));
            assertThat(stranger.nextJson().path("code").asInt()).isEqualTo(403);
            assertThat(relay.post("/broadcast", bob.broadcast("by HTTP")).status())
                    .isEqualTo(200);
            assertThat(reader.nextData()).isEqualTo("by HTTP");
        }
    }

    @Test
    void withAListOnlyThoseOnItTakePart() {
        relay = RunningRelay.start("access.mode=allow-list", "access.allow=" + key(alice));
        try (JdkSocket reader = JdkSocket.v2(relay, alice)) {
            assertProofIsRefused(bob);
            assertThat(relay.post("/broadcast", bob.broadcast("not listed")).status())
                    .isEqualTo(403);
            relay.sendToAll("of the relay itself");
            assertThat(reader.nextData()).isEqualTo("of the relay itself");
            done(relay.node().access().allow(key(bob), Optional.empty(), "test"));
            assertThat(relay.post("/broadcast", bob.broadcast("listed")).status())
                    .isEqualTo(200);
            assertThat(reader.nextData()).isEqualTo("listed");
        }
    }

    @Test
    void whoIsTakenFromTheListLosesItsSession() {
        relay = RunningRelay.start("access.mode=allow-list");
        done(relay.node().access().allow(key(alice), Optional.empty(), "test"));
        try (JdkSocket session = JdkSocket.v2(relay, alice)) {
            done(relay.node().access().lift(key(alice)));
            assertThat(session.closeCode()).isEqualTo(4002);
            assertProofIsRefused(alice);
        }
    }

    @Test
    void aKeyThatIsBannedLosesItsSessionAndItsMessagesAreRefusedWhoeverBringsThem() {
        relay = RunningRelay.start();
        try (JdkSocket session = JdkSocket.v2(relay, alice);
                JdkSocket other = JdkSocket.v2(relay, bob)) {
            ban(key(alice));
            assertThat(session.closeCode()).isEqualTo(4002);
            assertProofIsRefused(alice);
            assertThat(relay.post("/broadcast", alice.broadcast("by HTTP")).status())
                    .isEqualTo(403);
            other.send(alice.broadcast("by another"));
            assertThat(other.nextJson().path("code").asInt()).isEqualTo(403);
            assertThat(relay.total("faults", "access_denied")).isEqualTo(3);
            done(relay.node().access().lift(key(alice)));
            assertThat(relay.post("/broadcast", alice.broadcast("again")).status())
                    .isEqualTo(200);
            assertThat(other.nextData()).isEqualTo("again");
        }
    }

    @Test
    void anOriginalNodeThatProvesABannedKeyIsClosed() {
        relay = RunningRelay.start();
        ban(key(alice));
        try (JdkSocket socket = JdkSocket.v1(relay)) {
            socket.send(alice.handshakeV1("", Instant.now()));
            socket.nextJson();
            socket.send(alice.answerV1(socket.nextJson()));
            assertThat(socket.closeCode()).isEqualTo(4002);
        }
    }

    @Test
    void anAddressThatIsBannedLosesEverythingAtOnceAndGetsNothingMore() {
        relay = RunningRelay.start();
        try (JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, alice);
                RawConnection stream = relay.dial().send("GET /stream HTTP/1.1\r\nHost: relay\r\n\r\n");
                RawConnection requests = relay.dial().send(KEPT_ALIVE)) {
            assertThat(stream.head()).startsWith("HTTP/1.1 200 ");
            assertThat(requests.answer().status()).isEqualTo(200);
            ban(LOOPBACK);
            assertThat(v1.closeCode()).isEqualTo(4002);
            assertThat(v2.closeCode()).isEqualTo(4002);
            stream.awaitEnd();
            requests.assertEnd();
            try (RawConnection late = relay.dial()) {
                late.awaitEnd();
            }
            assertThat(relay.node().metrics().refusals().count(Refusal.ACCESS_DENIED))
                    .isEqualTo(1);
            done(relay.node().access().lift(LOOPBACK));
            relay.assertServing();
        }
    }

    @Test
    void aBanEndsByItself() {
        relay = RunningRelay.start();
        Instant soon = Instant.now().plus(Duration.ofMillis(100));
        done(relay.node().access().ban(key(alice), Optional.of(soon), "test"));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(relay.post("/broadcast", alice.broadcast("again"))
                                .status())
                        .isEqualTo(200));
    }

    @Test
    void aBanOutlivesTheRelay() {
        relay = RunningRelay.start();
        ban(key(alice));
        relay.stop();
        relay = relay.startAgain();
        assertProofIsRefused(alice);
        assertThat(relay.node().access().list()).hasSize(1);
    }

    @Test
    void behindAProxyItIsTheClientThatHasOnlySoMany() {
        relay = RunningRelay.start("access.exempt=", "access.max-per-address=1", "proxy.trusted=127.0.0.1");
        try (RawConnection first = upgradeOf("192.0.2.1")) {
            assertThat(first.head()).startsWith("HTTP/1.1 101 ");
            try (RawConnection second = upgradeOf("192.0.2.1");
                    RawConnection other = upgradeOf("192.0.2.2")) {
                assertThat(second.answer().status()).isEqualTo(429);
                assertThat(other.head()).startsWith("HTTP/1.1 101 ");
            }
            first.assertNothingYet();
        }
    }

    private RawConnection upgradeOf(String client) {
        return relay.dial()
                .send("GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + RawConnection.UPGRADE_KEY
                        + "\r\nX-Forwarded-For: " + client + "\r\n\r\n");
    }

    @Test
    void anAddressHasOnlySoManyConnections() {
        relay = RunningRelay.start("access.exempt=", "access.max-per-address=2");
        try (RawConnection kept = relay.dial().upgrade()) {
            try (RawConnection second = relay.dial().upgrade();
                    RawConnection third = relay.dial()) {
                third.awaitEnd();
                second.assertNothingYet();
            }
            assertThat(relay.node().metrics().refusals().count(Refusal.ADDRESS_FULL))
                    .isEqualTo(1);
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .untilAsserted(() -> relay.dial().upgrade().close());
            kept.assertNothingYet();
        }
    }
}
