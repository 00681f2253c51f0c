package io.monorelay.bench.report;

import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is written down.
 *
 * @param title what was measured
 * @param circumstances lines that say what it was measured with
 */
public record FigureReport(
        String title, LocalDate date, Machine machine, List<String> circumstances, List<Figure> figures) {
    /** A table in Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# ").append(title).append(", ").append(date).append("\n\n").append(machine.markdown());
        circumstances.forEach(line -> text.append("- ").append(line).append('\n'));
        text.append("\n| what was done | figure | measured | goal |\n|---|---|---:|---:|\n");
        String partBefore = "";
        for (Figure figure : figures) {
            text.append("| ").append(figure.part().equals(partBefore) ? "" : figure.part());
            text.append(" | ").append(figure.title());
            text.append(" | ").append(figure.spread().text(figure.pattern()));
            text.append(" | ").append(figure.goal().text(figure.pattern()));
            text.append(figure.isAsWanted() ? " |\n" : ", missed |\n");
            partBefore = figure.part();
        }
        return text.toString();
    }

    public List<Figure> missed() {
        return figures.stream().filter(figure -> !figure.isAsWanted()).toList();
    }

    public String json() {
        List<Map<String, Object>> all = figures.stream().map(FigureReport::raw).toList();
        return JsonMapper.shared()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(Map.of(
                                "date",
                                date.toString(),
                                "machine",
                                machine,
                                "circumstances",
                                circumstances,
                                "figures",
                                all))
                + "\n";
    }

    private static Map<String, Object> raw(Figure figure) {
        return Map.of(
                "part",
                figure.part(),
                "figure",
                figure.title(),
                "values",
                figure.values(),
                "goal",
                figure.goal().text(figure.pattern()));
    }
}
