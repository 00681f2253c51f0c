package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is blamed for an invalid message: who sent it under a key that is proven, and nobody whose name is only in it. */
@Timeout(60)
final class OffenceTest {
    private final ForeignNode node = ForeignNode.generate();
    private final ForeignNode victim = ForeignNode.generate();
    private final String forged = victim.broadcast("x").replace("\"data\":\"x\"", "\"data\":\"y\"");
    private RunningRelay relay;

    @BeforeEach
    void start() {
        relay = RunningRelay.start();
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void connectedNodeIsBlamedForWhatItSends() {
        try (JdkSocket socket = JdkSocket.v2(relay, node)) {
            socket.send(forged);
            assertThat(socket.nextJson().path("code").asInt()).isEqualTo(403);
            socket.send("no message");
            assertThat(socket.nextJson().path("code").asInt()).isEqualTo(400);
            assertThat(offences()).isEqualTo(2);
        }
    }

    @Test
    void messageThatIsOnlyLateIsNoOffence() {
        try (JdkSocket socket = JdkSocket.v2(relay, node)) {
            socket.send(victim.broadcast("old", relay.now().minusSeconds(3_600)));
            assertThat(socket.nextJson().path("code").asInt()).isEqualTo(403);
            assertThat(offences()).isZero();
        }
    }

    @Test
    void nobodyIsBlamedForWhatComesWithoutAProof() {
        assertThat(relay.post("/broadcast", forged).status()).isEqualTo(403);
        try (JdkSocket victimsOwn = JdkSocket.v2(relay, victim);
                JdkSocket unproven = JdkSocket.v1(relay)) {
            unproven.send(forged);
            assertThat(unproven.next()).contains("WS_Error");
            victimsOwn.send(victim.broadcast("I have done nothing"));
            assertThat(victimsOwn.nextJson().has("id")).isTrue();
            assertThat(offences()).isZero();
        }
    }

    private long offences() {
        return relay.total("offences", "invalid_message");
    }
}
