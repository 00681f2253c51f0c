package io.monorelay.bench.yardstick;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is written down about all runs of the relay and its limit. */
final class Report {
    private final Circumstances circumstances;
    private final Runs runs;

    Report(Circumstances circumstances, Runs runs) {
        this.circumstances = circumstances;
        this.runs = runs;
    }

    /** A table of medians and ratios, in Markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Yardstick, ").append(circumstances.date()).append("\n\n");
        text.append(circumstances.markdown());
        text.append("\n| workload | figure | limit | relay | relay ÷ limit |\n|---|---|---:|---:|---:|\n");
        for (Workload workload : runs.workloads()) {
            appendRows(workload, text);
        }
        appendFlaws(text);
        return text.toString();
    }

    private void appendRows(Workload workload, StringBuilder text) {
        String name = workload.id() + ": " + workload.description();
        for (Figure figure : Figure.of(workload)) {
            Optional<Spread> least = runs.figure(figure, workload, Contender.LIMIT);
            Optional<Spread> ours = runs.figure(figure, workload, Contender.RELAY);
            if (least.isEmpty() || ours.isEmpty()) {
                return;
            }
            text.append("| ").append(name).append(" | ").append(figure.title());
            text.append(" | ").append(least.get().text(figure.pattern()));
            text.append(" | ").append(ours.get().text(figure.pattern()));
            text.append(" | ")
                    .append(ratio(ours.get().median(), least.get().median()))
                    .append(" |\n");
            name = "";
        }
    }

    private static String ratio(double ours, double least) {
        return least == 0 ? "" : String.format(Locale.ROOT, "%.2f", ours / least);
    }

    private void appendFlaws(StringBuilder text) {
        List<String> flaws = flaws();
        if (!flaws.isEmpty()) {
            text.append("\nNot to be trusted:\n\n");
            flaws.forEach(flaw -> text.append("- ").append(flaw).append('\n'));
        }
    }

    /** What went wrong in which run; empty when all went well. */
    List<String> flaws() {
        return runs.flaws(contender -> true);
    }

    /** Everything that the load generator printed, with where and how. */
    String json() {
        return runs.json(circumstances, Map.of());
    }
}
