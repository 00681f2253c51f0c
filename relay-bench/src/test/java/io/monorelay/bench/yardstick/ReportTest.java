package io.monorelay.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Machine MACHINE =
            new Machine("Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz", 2, "amd64", "Linux 6", "JDK 25", "abc1234");

    @Test
    void rowShowsMediansExtremesAndTheirRatio() {
        Report report = report(
                run(Contender.LIMIT, 1, "{\"server_cpu_us_per_delivery\":0.1}"),
                run(Contender.RELAY, 1, "{\"server_cpu_us_per_delivery\":0.3}"),
                run(Contender.LIMIT, 2, "{\"server_cpu_us_per_delivery\":0.2}"),
                run(Contender.RELAY, 2, "{\"server_cpu_us_per_delivery\":0.8}"),
                run(Contender.LIMIT, 3, "{\"server_cpu_us_per_delivery\":0.3}"),
                run(Contender.RELAY, 3, "{\"server_cpu_us_per_delivery\":0.2}"));
        assertThat(report.markdown())
                .contains("| server CPU, µs a delivery | 0.200 (0.100–0.300) | 0.300 (0.200–0.800) | 1.50 |");
        assertThat(report.flaws()).isEmpty();
    }

    @Test
    void runThatLostMessagesIsNotToBeTrusted() {
        Report report = report(run(Contender.RELAY, 2, "{\"loss\":3,\"messages_exhausted\":1}"));
        assertThat(report.flaws()).containsExactly("W1 relay run 2: loss 3, the messages ran out");
        assertThat(report.markdown()).contains("Not to be trusted");
    }

    @Test
    void runBesideOtherWorkIsNotToBeTrusted() {
        Report report = report(run(Contender.LIMIT, 1, "{\"server_cpu_busy\":0.9,\"server_cores\":0.6}"));
        assertThat(report.flaws()).containsExactly("W1 limit run 1: 30 % of the server's core went elsewhere");
    }

    @Test
    void runThatFailedHasNoRow() {
        Report report = report(
                run(Contender.LIMIT, 1, "{\"server_cpu_us_per_delivery\":0.1}"),
                Run.failed(Workload.W1, Contender.RELAY, 1, "it did not come up"));
        assertThat(report.markdown()).doesNotContain("0.100").contains("- W1 relay run 1: failed: it did not come up");
    }

    @Test
    void rawFiguresAreKeptAsTheyCame() {
        Report report = report(run(Contender.RELAY, 1, "{\"anything\":[1,2]}"));
        JsonNode run = JSON.readTree(report.json()).path("runs").path(0);
        assertThat(run.path("workload").asString()).isEqualTo("W1");
        assertThat(run.path("server").asString()).isEqualTo("relay");
        assertThat(run.path("figures")).isEqualTo(JSON.readTree("{\"anything\":[1,2]}"));
    }

    @Test
    void machineIsNamedByItsProcessor() {
        assertThat(MACHINE.shortName()).isEqualTo("intel-xeon-platinum-8488c-amd64");
    }

    @Test
    void medianOfTwoLiesBetweenThem() {
        assertThat(Spread.of(List.of(4.0, 2.0))).isEqualTo(new Spread(2, 3, 4));
    }

    @Test
    void workloadIsNamedInEitherCase() {
        assertThat(Workload.named("w2")).contains(Workload.W2);
        assertThat(Workload.named("W2/50")).contains(Workload.W2_50);
        assertThat(Workload.named("W9")).isEmpty();
    }

    @Test
    void unknownWorkloadIsAnErrorThatNamesTheKnownOnes() {
        assertThatThrownBy(() -> Workload.named(List.of("W1", "W9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"W9\", expected one of W1, W1/8");
    }

    @Test
    void windowsAreWhatTheGeneratorIsTold() {
        Workload.BY_WINDOW.forEach((window, workload) -> {
            if (workload != Workload.W1) {
                assertThat(workload.id()).isEqualTo("W1/" + window);
                assertThat(workload.options()).containsSequence("-w", window.toString());
            }
        });
    }

    private static Report report(Run... runs) {
        return new Report(new Circumstances(LocalDate.of(2025, 1, 1), MACHINE, Plan.FULL), new Runs(List.of(runs)));
    }

    private static Run run(Contender contender, int number, String figures) {
        return new Run(Workload.W1, contender, number, JSON.readTree(figures));
    }
}
