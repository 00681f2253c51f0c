package io.monorelay.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ScaleReportTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Machine MACHINE = new Machine("AMD EPYC", 2, "amd64", "Linux 6", "JDK 25", "abc1234");
    private static final String GOOD = """
            {"server_cpu_us_per_delivery": 0.25, "deliveries_per_s": 4000000, "published_per_s": 4000, "server_sys_share": 0.7}
            """;

    @Test
    void pointHasARowAndTheNameOfItsAxisStandsOnce() {
        assertThat(report(GOOD, GOOD).markdown()).endsWith("""
                | receivers | 100 | 0.250 | 250.0 | 4,000 | 4,000,000 | 70 % |
                |  | 300 | 0.250 | 250.0 | 4,000 | 4,000,000 | 70 % |
                """);
    }

    @Test
    void pointThatLostMessagesIsNotToBeTrusted() {
        ScaleReport report = report(GOOD, "{\"loss\": 3}");
        assertThat(report.flaws()).containsExactly("receivers 300: loss 3");
        assertThat(report.markdown()).contains("Not to be trusted: receivers 300: loss 3");
    }

    @Test
    void rawFiguresAreKeptAsTheyCame() {
        JsonNode points = JSON.readTree(report(GOOD, GOOD).json()).path("points");
        assertThat(points.size()).isEqualTo(2);
        assertThat(points.path(1).path("value").asString()).isEqualTo("300");
        assertThat(points.path(1).path("figures")).isEqualTo(JSON.readTree(GOOD));
    }

    @Test
    void noTwoPointsAreTheSame() {
        assertThat(new HashSet<>(ScalePoint.ALL)).hasSameSizeAs(ScalePoint.ALL);
    }

    private static ScaleReport report(String... figures) {
        List<ScaleReport.Measured> all = List.of(
                new ScaleReport.Measured(ScalePoint.ALL.get(0), JSON.readTree(figures[0])),
                new ScaleReport.Measured(ScalePoint.ALL.get(1), JSON.readTree(figures[1])));
        return new ScaleReport(new Circumstances(LocalDate.of(2025, 1, 1), MACHINE, Plan.FULL), all);
    }
}
