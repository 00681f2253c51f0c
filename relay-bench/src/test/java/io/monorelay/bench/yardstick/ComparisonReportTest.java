package io.monorelay.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class ComparisonReportTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Plan PLAN =
            new Plan(1, Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(2), 1);
    private static final Machine MACHINE = new Machine("AMD EPYC", 2, "amd64", "Linux 6", "JDK 25", "abc1234");
    private static final Lineup LINEUP = new Lineup(
            List.of(Contender.LIMIT, Contender.RELAY, Contender.BUN),
            Map.of(Contender.LIMIT, "commit abc1234", Contender.RELAY, "commit abc1234", Contender.BUN, "Bun 1.4.5"),
            Map.of(Contender.NATS, "apt knows no nats-server"));

    @Test
    void costIsInUnitsOfTheLimits() {
        assertThat(markdown(
                        cpu(Workload.W1, Contender.LIMIT, 0.2),
                        cpu(Workload.W1, Contender.RELAY, 0.25),
                        cpu(Workload.W1, Contender.BUN, 0.5)))
                .contains("| limit | 1.00 |", "| Monorelay | 1.25 |", "| Bun | 2.50 |");
    }

    @Test
    void onlyTheRelayVerifiesAndStores() {
        assertThat(markdown(cpu(Workload.W1, Contender.LIMIT, 0.2)))
                .contains("| Monorelay | commit abc1234 | yes | yes |", "| Bun | Bun 1.4.5 | no | no |");
    }

    @Test
    void whoCannotBeHadIsNamedWithTheReason() {
        assertThat(markdown(cpu(Workload.W1, Contender.LIMIT, 0.2)))
                .contains("| nats-server | not measured: apt knows no nats-server |");
    }

    @Test
    void whoFailsIsMarkedAndTheOthersKeepTheirFigures() {
        String markdown = markdown(
                cpu(Workload.W1, Contender.LIMIT, 0.2),
                Run.failed(Workload.W1, Contender.BUN, 1, "it did not come up"),
                cpu(Workload.W1, Contender.RELAY, 0.3));
        assertThat(markdown)
                .contains("| Bun | – † |", "| Monorelay | 1.50 |", "- W1 bun run 1: failed: it did not come up");
    }

    @Test
    void whoDoesNotKeepUpIsSaidTo() {
        Run slow = run(Workload.W2, Contender.BUN, "{\"server_cpu_us_per_delivery\":2,\"served\":0.154,\"loss\":12}");
        assertThat(markdown(cpu(Workload.W2, Contender.LIMIT, 1), slow))
                .contains("| Bun | 2.00, 15 % served † |", "- W2 bun run 1: loss 12");
    }

    @Test
    void whoIsNotMeasuredInAWorkloadIsSaidWhy() {
        Lineup lineup = new Lineup(List.of(Contender.LIMIT, Contender.MOSQUITTO), Map.of(), Map.of());
        Runs runs = new Runs(List.of(cpu(Workload.W4, Contender.LIMIT, 5)));
        String markdown = new ComparisonReport(new Circumstances(LocalDate.of(2025, 1, 1), MACHINE, PLAN), lineup, runs)
                .markdown();
        assertThat(markdown).contains("| mosquitto | – |", "mosquitto is not measured in W4: it sends 4 KiB");
    }

    @Test
    void memoryIsShownAsItIs() {
        assertThat(markdown(
                        run(Workload.W5, Contender.LIMIT, "{\"rss_per_conn_bytes\":88}"),
                        run(Workload.W5, Contender.BUN, "{\"rss_per_conn_bytes\":1851}")))
                .contains("W5, bytes a connection", "| Bun | 1,851 |")
                .doesNotContain("as many before");
    }

    @Test
    void versionsAreInTheRawFigures() {
        JsonNode json =
                JSON.readTree(report(cpu(Workload.W1, Contender.LIMIT, 0.2)).json());
        assertThat(json.path("versions").path("bun").asString()).isEqualTo("Bun 1.4.5");
        assertThat(json.path("missing").path("nats").asString()).isEqualTo("apt knows no nats-server");
        assertThat(json.path("runs").path(0).path("server").asString()).isEqualTo("limit");
    }

    @Test
    void picturesNameWhoWasMeasured() throws IOException {
        ComparisonChart chart = chart(
                cpu(Workload.W1, Contender.LIMIT, 0.2),
                cpu(Workload.W1, Contender.RELAY, 0.3),
                cpu(Workload.W1, Contender.BUN, 0.5),
                cpu(Workload.W3, Contender.LIMIT, 0.1),
                cpu(Workload.W3, Contender.RELAY, 0.9));
        Chart<?, ?> picture = chart.byWorkload().orElseThrow();
        byte[] png = ComparisonChart.encoded(picture, "png");
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isPositive();
        assertThat(picture.getSeriesCollection())
                .extracting(Series::getName)
                .containsExactly("limit", "Monorelay", "Bun");
        assertThat(svg(picture)).startsWith("<?xml");
        assertThat(chart.byWindow()).isEmpty();
    }

    @Test
    void windowsAreDrawnOnceThereAreSeveral() throws IOException {
        ComparisonChart chart =
                chart(cpu(Workload.W1_8, Contender.RELAY, 0.9), cpu(Workload.W1_1024, Contender.RELAY, 0.1));
        Chart<?, ?> picture = chart.byWindow().orElseThrow();
        assertThat(picture.getSeriesCollection()).extracting(Series::getName).containsExactly("Monorelay");
        assertThat(svg(picture)).startsWith("<?xml");
        assertThat(chart.byWorkload()).isEmpty();
    }

    private static String markdown(Run... runs) {
        return report(runs).markdown();
    }

    private static ComparisonReport report(Run... runs) {
        return new ComparisonReport(
                new Circumstances(LocalDate.of(2025, 1, 1), MACHINE, PLAN), LINEUP, new Runs(List.of(runs)));
    }

    private static ComparisonChart chart(Run... runs) {
        return new ComparisonChart(LINEUP, new Runs(List.of(runs)));
    }

    private static String svg(Chart<?, ?> picture) throws IOException {
        return new String(ComparisonChart.encoded(picture, "svg"), StandardCharsets.UTF_8);
    }

    private static Run cpu(Workload workload, Contender contender, double micros) {
        return run(workload, contender, "{\"server_cpu_us_per_delivery\":" + micros + "}");
    }

    private static Run run(Workload workload, Contender contender, String figures) {
        return new Run(workload, contender, 1, JSON.readTree(figures));
    }
}
