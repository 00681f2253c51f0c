package io.monorelay.bench.store;

import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is written down.
 *
 * @param circumstances lines that say what it was measured with
 */
record StoreReport(LocalDate date, Machine machine, List<String> circumstances, List<Figure> figures) {
    /** A table in Markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Store, ").append(date).append("\n\n").append(machine.markdown());
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

    List<Figure> missed() {
        return figures.stream().filter(figure -> !figure.isAsWanted()).toList();
    }

    String json() {
        List<Map<String, Object>> all = figures.stream().map(StoreReport::raw).toList();
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
