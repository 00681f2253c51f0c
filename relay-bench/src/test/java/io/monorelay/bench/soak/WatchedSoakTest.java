package io.monorelay.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.load.Crowd;
import io.monorelay.bench.load.InProcessRelay;
import io.monorelay.bench.load.LoadPlan;
import io.monorelay.bench.load.Pace;
import io.monorelay.bench.load.Phases;
import io.monorelay.bench.process.ProcessUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class WatchedSoakTest {
    @TempDir
    private Path directory;

    @Test
    void goodRelayIsFoundGoodAndReportedOn() throws Exception {
        Outcome outcome;
        try (InProcessRelay relay = InProcessRelay.start(directory)) {
            LoadPlan plan = new LoadPlan(
                    relay.address(),
                    OptionalLong.empty(),
                    new Crowd(8, 8, 2, 1, 2),
                    new Pace(50, Pace.OPEN, 64),
                    new Phases(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(4), Duration.ofSeconds(20)),
                    1,
                    7);
            outcome = new WatchedSoak(plan, (moment, deliveries) -> {}).run();
        }
        SoakReport report = new SoakReport("a test", "a machine", outcome);
        assertThat(report.text())
                .contains("ok    every message once and in order")
                .endsWith("good\n");
        assertThat(outcome.misbehaved()).isPositive();
        report.write(directory.resolve("report"));
        assertThat(directory.resolve("report/report.html")).content().contains("data:image/png;base64,");
        assertThat(Files.size(directory.resolve("report/soak.png"))).isGreaterThan(10_000);
    }

    @Test
    void descriptorsThatAreNotGivenBackAreALeak() {
        ProcessUsage before = new ProcessUsage(Duration.ZERO, 0, 20, 100);
        ProcessUsage after = new ProcessUsage(Duration.ZERO, 0, 21, 100 + Outcome.MOST_LEFT_DESCRIPTORS + 1);
        assertThat(Outcome.left("descriptors", before.descriptors(), after.descriptors(), Outcome.MOST_LEFT_DESCRIPTORS)
                        .isGood())
                .isFalse();
        assertThat(Outcome.left("threads", before.threads(), after.threads(), Outcome.MOST_LEFT_THREADS)
                        .isGood())
                .isTrue();
    }
}
