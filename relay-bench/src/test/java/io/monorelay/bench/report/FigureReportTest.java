package io.monorelay.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FigureReportTest {
    private static final Machine MACHINE = new Machine("a processor", 2, "amd64", "Linux 6", "JDK 25", "abc1234");

    @Test
    void partIsNamedInItsFirstRowAlone() {
        String table = report(
                        Figure.of("replay", "messages/s", "%,.0f", 250_000), Figure.of("replay", "CPU", "%.1f", 3))
                .markdown();
        assertThat(table).contains("| replay | messages/s | 250,000 |  |\n|  | CPU | 3.0 |  |\n");
    }

    @Test
    void leastIsMetByTheMedian() {
        Figure figure = new Figure("a", "b", "%.0f", List.of(9.0, 30.0, 31.0), new Goal.AtLeast(30));
        assertThat(report(figure).missed()).isEmpty();
        assertThat(report(figure.withGoal(new Goal.AtLeast(30.5))).missed()).hasSize(1);
    }

    @Test
    void mostIsMetEveryTime() {
        Figure figure = new Figure("a", "b", "%.0f", List.of(1.0, 1.0, 3.0), new Goal.AtMost(2));
        assertThat(report(figure).missed()).containsExactly(figure);
        assertThat(report(figure).markdown()).contains("| 1 (1–3) | ≤ 2, missed |");
    }

    @Test
    void everyValueIsKept() {
        Figure figure = new Figure("a", "b", "%.0f", List.of(1.25, 2.5), new Goal.None());
        JsonNode kept = JsonMapper.shared().readTree(report(figure).json());
        assertThat(kept.path("figures").path(0).path("values").toString()).isEqualTo("[1.25,2.5]");
        assertThat(kept.path("machine").path("commit").asString()).isEqualTo("abc1234");
    }

    private static FigureReport report(Figure... figures) {
        return new FigureReport("Store", LocalDate.EPOCH, MACHINE, List.of("store: a store"), List.of(figures));
    }
}
