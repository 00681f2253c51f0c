package io.monorelay.bench.siege;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.load.InProcessRelay;
import io.monorelay.bench.report.Finding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Elsewhere there are no addresses of loopback but one. */
@EnabledOnOs(OS.LINUX)
@Timeout(90)
class SiegeTest {
    /** How quick a relay is beside the tests of others says nothing. */
    private static final String TIMED = "honest p99|who comes meanwhile is let in within a second";

    private static final Plan PLAN =
            new Plan(5, 50, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 11);

    @TempDir
    private Path data;

    private InProcessRelay relay;

    @BeforeEach
    void start() throws Exception {
        relay = InProcessRelay.start(data, Map.of("access.exempt", ""));
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void relayThatBearsWhatItShouldIsFoundGood() throws Exception {
        try (Siege siege = Siege.of(target(), PLAN)) {
            for (String name : new String[] {"smuggling", "duplicates"}) {
                Verdict verdict = siege.suffer(Attacks.named(name).orElseThrow());
                assertThat(verdict.findings())
                        .as(SiegeReport.text(verdict))
                        .hasSizeGreaterThan(5)
                        .filteredOn(finding -> !finding.what().matches(TIMED))
                        .allMatch(Finding::isGood);
                assertThat(verdict.attacksPerSecond()).isPositive();
                assertThat(verdict.hours().attack().deliveredPerSecond()).isPositive();
            }
        }
    }

    @Test
    void relayThatInflatesNothingIsFoundOutBecauseABombIsNotRefused() throws Exception {
        try (Siege siege = Siege.of(target(), PLAN)) {
            Verdict verdict = siege.suffer(new CompressedBomb());
            assertThat(verdict.isGood()).isFalse();
            assertThat(verdict.findings())
                    .filteredOn(finding -> !finding.isGood())
                    .extracting(Finding::what)
                    .contains("counted as closes.message_too_big");
        }
    }

    private Target target() {
        return new Target(relay.address(), OptionalLong.empty(), Path.of("no vectors are needed"));
    }
}
