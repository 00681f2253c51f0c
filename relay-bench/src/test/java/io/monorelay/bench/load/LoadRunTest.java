package io.monorelay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class LoadRunTest {
    private static final Observer NOBODY = (moment, deliveries) -> {};
    private static final double NANOS_A_MILLI = 1e6;

    @TempDir
    private Path data;

    private InProcessRelay relay;

    @BeforeEach
    void start() throws Exception {
        relay = InProcessRelay.start(data);
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void everyDeliveryOfNodesOfBothKindsIsAccountedFor() throws Exception {
        Crowd crowd = new Crowd(6, 4, 2, 0, 0);
        LoadResult result = new LoadRun(plan(relay.address(), crowd, new Pace(0, 8, 100), 1), NOBODY).run();
        assertThat(result.failures()).isEmpty();
        assertThat(result.count(Event.ACCEPTED)).isPositive();
        assertThat(result.expected()).isEqualTo(5 * result.count(Event.ACCEPTED));
        assertThat(result.count(Event.DELIVERED)).isEqualTo(result.expected());
        assertThat(new LoadReport(result).text())
                .contains(" 0 lost, 0 repeated, 0 out of order")
                .endsWith("good\n");
        assertThat(new LoadReport(result).json()).contains("\"delivered_per_s\"");
    }

    @Test
    void whoReadsSlowlyOrComesBackMissesNothing() throws Exception {
        Crowd crowd = new Crowd(12, 8, 0, 2, 10);
        LoadResult result = new LoadRun(plan(relay.address(), crowd, new Pace(200, Pace.OPEN, 60), 3), NOBODY).run();
        assertThat(result.failures()).isEmpty();
        assertThat(result.count(Event.LEAVES)).isPositive();
        assertThat(result.count(Event.DELIVERED)).isEqualTo(result.expected());
    }

    @Test
    void relayThatEndsIsTheEndOfTheRunAndItsAccountIsGiven() throws Exception {
        Process process = new ProcessBuilder("sleep", "120").start();
        Phases phases = new Phases(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(10), Duration.ofMinutes(10));
        LoadPlan plan = new LoadPlan(
                relay.address(),
                OptionalLong.of(process.pid()),
                new Crowd(4, 4, 2, 0, 0),
                new Pace(100, Pace.OPEN, 60),
                phases,
                1,
                42);
        LoadResult result = new LoadRun(plan, (moment, deliveries) -> {
                    relay.close();
                    process.destroyForcibly();
                })
                .run();
        assertThat(result.failures())
                .contains("the relay has ended")
                .anyMatch(failure -> failure.endsWith("links lost"));
        assertThat(result.unsent()).isPositive();
        assertThat(new LoadReport(result).text()).contains(" never sent").contains("not good: the relay has ended");
    }

    @Test
    void relayThatStallsForASecondShowsInTheHighPercentiles() throws Exception {
        try (StallingProxy proxy = new StallingProxy(relay.address().getPort())) {
            Crowd crowd = new Crowd(3, 1, 0, 0, 0);
            LoadPlan plan = plan(proxy.address(), crowd, new Pace(200, Pace.OPEN, 60), 5);
            LoadResult result = new LoadRun(plan, (moment, deliveries) -> {
                        if (Math.round(moment.seconds()) == 2) {
                            proxy.hold();
                        } else if (Math.round(moment.seconds()) == 3) {
                            proxy.letPass();
                        }
                    })
                    .run();
            assertThat(result.failures()).isEmpty();
            assertThat(result.timings().deliveries().getValueAtPercentile(50) / NANOS_A_MILLI)
                    .isLessThan(300);
            // A tenth of all messages was due in the first half of the second.
            assertThat(result.timings().deliveries().getValueAtPercentile(95) / NANOS_A_MILLI)
                    .isGreaterThan(400);
        }
    }

    private static LoadPlan plan(URI relay, Crowd crowd, Pace pace, int seconds) {
        Phases phases = new Phases(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(seconds), Duration.ofSeconds(20));
        return new LoadPlan(relay, OptionalLong.empty(), crowd, pace, phases, 1, 42);
    }
}
