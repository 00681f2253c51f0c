package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.config.Subject;
import io.monorelay.server.net.HttpAnswer;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import io.monorelay.server.ws.JdkSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The clock on the wall is set by an hour, forward and back, while the relay runs; time passes as it always does. */
@Timeout(60)
final class ClockTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ForeignNode sender = ForeignNode.generate();

    /** A clock that somebody sets. */
    private static final class WallClock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        void set(Duration aheadOfTheTruth) {
            ahead = aheadOfTheTruth;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    private static String refusalOf(HttpAnswer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(403);
        return answer.info();
    }

    /** At a relay whose clock is wrong, honest messages are out of time, and it says so; nobody is cut off for that. */
    @Test
    void whoIsConnectedStaysAndMessagesAreTakenAgainOnceTheClockIsRight() {
        WallClock clock = new WallClock();
        try (RunningRelay relay = RunningRelay.start(clock, "ping.v1-interval=1s", "ping.v2-interval=1s");
                JdkSocket v1 = JdkSocket.v1(relay);
                JdkSocket v2 = JdkSocket.v2(relay, sender)) {
            clock.set(HOUR);
            assertThat(refusalOf(relay.post("/broadcast", sender.broadcast("too old"))))
                    .contains("s in the past, expected at most 600 s");
            int pings = v1.pings();
            await().until(() -> v1.pings() > pings + 1);

            clock.set(HOUR.negated());
            assertThat(refusalOf(relay.post("/broadcast", sender.broadcast("too new"))))
                    .contains("s in the future, expected at most 600 s");
            int more = v2.pings();
            await().until(() -> v2.pings() > more + 1);

            clock.set(Duration.ZERO);
            v2.send(sender.broadcast("in time"));
            assertThat(v1.nextData()).isEqualTo("in time");
            assertThat(v2.nextJson().path("position").asLong()).isPositive();
            JsonNode totals = relay.page().path("totals");
            assertThat(totals.path("closes")).isEmpty();
            assertThat(totals.path("faults").path("stale_time").asInt()).isEqualTo(1);
            assertThat(totals.path("faults").path("future_time").asInt()).isEqualTo(1);
        }
    }

    /** What was taken before is not taken twice, whatever time it is. */
    @Test
    void aMessageThatWasTakenIsADuplicateAfterTheClockWasSetToo() {
        WallClock clock = new WallClock();
        try (RunningRelay relay = RunningRelay.start(clock);
                JdkSocket reader = JdkSocket.v1(relay)) {
            String message = sender.broadcast("once");
            assertThat(relay.post("/broadcast", message).status()).isEqualTo(200);
            clock.set(HOUR.negated());
            assertThat(refusalOf(relay.post("/broadcast", message))).contains("in the future");
            clock.set(Duration.ZERO);
            assertThat(relay.post("/broadcast", message).status()).isEqualTo(200);
            relay.sendToAll("last");
            assertThat(reader.nextData()).isEqualTo("once");
            assertThat(reader.nextData()).isEqualTo("last");
            assertThat(relay.total("messages", "duplicate")).isEqualTo(1);
        }
    }

    /** It ends when the clock says so, which is what it was told; a clock that is set back makes it last longer. */
    @Test
    void aBanEndsByTheClock() {
        WallClock clock = new WallClock();
        try (RunningRelay relay = RunningRelay.start(clock)) {
            Subject subject = Subject.of(NodeKey.of(sender.key()));
            Instant until = clock.instant().plusSeconds(1800);
            JdkSocket.await(relay.node()
                    .access()
                    .ban(subject, Optional.of(until), "test")
                    .toCompletableFuture());
            clock.set(HOUR.negated());
            assertThat(refusalOf(relay.post("/broadcast", sender.broadcast("banned", clock.instant()))))
                    .contains("this relay takes no messages of that node");
            clock.set(HOUR);
            String forgiven = sender.broadcast("forgiven", clock.instant());
            await().until(() -> relay.post("/broadcast", forgiven).status() == 200);
        }
    }

    /** An hour more by the clock would fill a bucket, from which six wrong signatures can be paid. */
    @Test
    void budgetsDoNotGoByTheClock() {
        WallClock clock = new WallClock();
        String[] settings = {"access.exempt=", "budget.network=1ms"};
        try (RunningRelay relay = RunningRelay.start(clock, settings)) {
            clock.set(HOUR.negated());
            assertThat(isRefusedForItsCost(relay, clock, 30)).isTrue();
            clock.set(HOUR);
            assertThat(isRefusedForItsCost(relay, clock, 6)).isTrue();
            String message = sender.broadcast("time has passed", clock.instant());
            await().until(() -> relay.post("/broadcast", message).status() == 200);
        }
    }

    private boolean isRefusedForItsCost(RunningRelay relay, WallClock clock, int attempts) {
        for (int i = 0; i < attempts; i++) {
            String forged = sender.broadcast("true", clock.instant()).replace("true", "forged");
            if (relay.post("/broadcast", forged).status() == 429) {
                return true;
            }
        }
        return false;
    }
}
