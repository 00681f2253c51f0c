package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.ws.JdkSocket;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What becomes of nodes that cost the relay more than it does for them. */
@Timeout(120)
final class BudgetTest {
    /** Four of them are worth a deposit each second. */
    private static final String SMALL = "1ms";

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

    private String withWrongSignature(int i) {
        String message = node.broadcast("message " + i);
        return message.replace("message " + i, "forged " + i);
    }

    @Test
    void anHonestNodeIsNotHeldUp() {
        start();
        try (JdkSocket publisher = JdkSocket.v2(relay, node)) {
            for (int i = 0; i < 500; i++) {
                publisher.send(node.broadcast("message " + i));
                assertThat(publisher.nextJson().path("id").asString()).isNotEmpty();
            }
            assertThat(relay.total("faults", "over_budget")).isZero();
        }
    }

    @Test
    void whoIsOverItsBudgetIsToldWhenToTryAgainAndThenServed() {
        start("budget.connection=" + SMALL);
        try (JdkSocket publisher = JdkSocket.v2(relay, node)) {
            JsonNode answer = null;
            int sent = 0;
            while (answer == null || !answer.has("code")) {
                publisher.send(withWrongSignature(sent++));
                answer = publisher.nextJson();
                answer = answer.path("code").asInt() == 403 ? null : answer;
                assertThat(sent).isLessThan(100);
            }
            assertThat(sent).as("more than one, fewer than their worth").isBetween(5, 30);
            assertThat(answer.path("code").asInt()).isEqualTo(429);
            assertThat(answer.path("id").asString()).isNotEmpty();
            assertThat(answer.path("retry_after_ms").asLong()).isBetween(1L, 5_000L);
            // While it is not read, nothing is refused: the next answer comes when there is enough for it.
            publisher.send(node.broadcast("valid"));
            assertThat(publisher.nextJson().path("info").asString()).isEqualTo("Message received and valid");
        }
    }

    @Test
    void anInvalidSignatureCostsMoreThanAValidOne() {
        start("budget.connection=2ms");
        assertThat(acceptedBeforeRefusal(true)).isGreaterThan(2 * acceptedBeforeRefusal(false));
    }

    private int acceptedBeforeRefusal(boolean valid) {
        ForeignNode each = ForeignNode.generate();
        try (JdkSocket publisher = JdkSocket.v2(relay, each)) {
            for (int i = 0; i < 1_000; i++) {
                publisher.send(valid ? each.broadcast("message " + i) : withWrongSignature(i));
                if (publisher.nextJson().path("code").asInt() == 429) {
                    return i;
                }
            }
            return 1_000;
        }
    }

    @Test
    void whatAKeyHasSpentIsSpentOnItsNextConnectionToo() {
        start("budget.key=" + SMALL, "budget.connection=0ms", "budget.network=0ms");
        for (int i = 0; i < 40; i++) {
            try (JdkSocket publisher = JdkSocket.v2(relay, node)) {
                publisher.send(withWrongSignature(i));
                if (publisher.nextJson().path("code").asInt() == 429) {
                    assertThat(i).isGreaterThan(3);
                    return;
                }
            }
        }
        assertThat(relay.total("faults", "over_budget")).isPositive();
    }

    @Test
    void oneKeyAfterTheOtherGetsAConnectionNoNewBudget() {
        start("budget.connection=" + SMALL, "budget.network=0ms");
        try (JdkSocket peer = JdkSocket.v1(relay)) {
            for (int i = 0; i < 20; i++) {
                proveByTime(peer, ForeignNode.generate());
                peer.send(withWrongSignature(i));
                if (peer.next().contains("429")) {
                    return;
                }
            }
        }
        assertThat(relay.total("faults", "over_budget")).isPositive();
    }

    @Test
    void whoShowsATimeThatAKeyHasSignedSpendsNothingOfItsBudget() {
        start("budget.key=" + SMALL, "budget.connection=0ms", "budget.network=0ms");
        try (JdkSocket thief = JdkSocket.v1(relay)) {
            proveByTime(thief, node);
            for (int i = 0; i < 40; i++) {
                thief.send(withWrongSignature(i));
                assertThat(thief.next()).contains("WS_Error").doesNotContain("429");
            }
        }
        try (JdkSocket owner = JdkSocket.v2(relay, node)) {
            owner.send(node.broadcast("mine"));
            assertThat(owner.nextJson().path("info").asString()).isEqualTo("Message received and valid");
        }
    }

    private static void proveByTime(JdkSocket socket, ForeignNode as) {
        socket.send(as.handshakeV1("", Instant.now()));
        socket.next();
        socket.send(as.answerV1(socket.nextJson()));
    }

    @Test
    void requestsOverTheBudgetOfTheirNetworkAreAnsweredWith429() {
        start("budget.network=" + SMALL);
        HttpAnswer answer = relay.post("/broadcast", withWrongSignature(0));
        for (int i = 1; i < 100 && answer.status() == 403; i++) {
            answer = relay.post("/broadcast", withWrongSignature(i));
        }
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsKey("retry-after");
        for (int i = 0; i < 100 && answer.status() != 200; i++) {
            answer = relay.get("/health/live");
        }
        assertThat(answer.status()).as("what costs nothing").isEqualTo(200);
    }

    @Test
    void loopbackIsExemptUnlessItIsSaidOtherwise() {
        relay = RunningRelay.start("budget.connection=" + SMALL, "budget.network=" + SMALL);
        try (JdkSocket publisher = JdkSocket.v2(relay, node)) {
            for (int i = 0; i < 50; i++) {
                publisher.send(withWrongSignature(i));
                assertThat(publisher.nextJson().path("code").asInt()).isEqualTo(403);
            }
        }
    }
}
