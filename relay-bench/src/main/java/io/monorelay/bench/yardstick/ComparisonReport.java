package io.monorelay.bench.yardstick;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is written down about the relay and others. */
final class ComparisonReport {
    /** Who delivers less of what is due than this, in per cent, does not keep up. */
    private static final double KEPT_UP = 98;

    private static final String MARK = " †";
    private static final String NOT_MEASURED = "–";

    private final Circumstances circumstances;
    private final Lineup lineup;
    private final Runs runs;

    ComparisonReport(Circumstances circumstances, Lineup lineup, Runs runs) {
        this.circumstances = circumstances;
        this.lineup = lineup;
        this.runs = runs;
    }

    /** Tables of medians and ratios, in Markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Monorelay beside others, ").append(circumstances.date()).append("\n\n");
        text.append(circumstances.markdown());
        text.append("""
                - each server alone on one core, the load generator on another; the same signed messages for all; whatever one
                  client publishes goes to all
                - read the server's CPU: where the load of the generator's core is near 1, deliveries/s are its limit, not the server's

                """);
        appendLineup(text);
        appendSummary(text);
        runs.workloads().forEach(workload -> appendWorkload(workload, text));
        appendFlaws(text);
        appendLeftOut(text);
        return text.toString();
    }

    private void appendLineup(StringBuilder text) {
        text.append(
                "| server | what it is | verifies signatures | stores before it acknowledges |\n|---|---|---|---|\n");
        for (Contender contender : lineup.ready()) {
            String ours = contender == Contender.RELAY ? "yes" : "no";
            appendRow(text, contender.title(), lineup.versions().getOrDefault(contender, ""), ours, ours);
        }
        lineup.missing()
                .forEach((contender, reason) ->
                        appendRow(text, contender.title(), "not measured: " + reason.replace('|', '/'), "", ""));
        text.append("""

                So only Monorelay does for each message what makes it a relay of signed messages; the others pass bytes on. nats-server and
                mosquitto speak their own protocols inside of WebSocket, mosquitto at QoS 0. The Java servers have the options of
                Monorelay's JVM.
                """);
    }

    private void appendSummary(StringBuilder text) {
        List<Workload> workloads = runs.workloads();
        text.append("\n## Server CPU a delivery, × the limit\n\n| server |");
        workloads.forEach(
                workload -> text.append(' ').append(summaryTitle(workload)).append(" |"));
        text.append("\n|---|").append("---:|".repeat(workloads.size())).append('\n');
        for (Contender contender : lineup.ready()) {
            String cells = workloads.stream()
                    .map(workload -> summary(workload, contender))
                    .collect(Collectors.joining(" | "));
            appendRow(text, contender.title(), cells);
        }
    }

    private static String summaryTitle(Workload workload) {
        return workload.publishes() ? workload.id() : workload.id() + ", bytes a connection";
    }

    private String summary(Workload workload, Contender contender) {
        Figure first = Figure.of(workload).getFirst();
        Optional<Spread> value = runs.figure(first, workload, contender);
        if (value.isEmpty()) {
            return cell(value, first, workload, contender);
        }
        if (!workload.publishes()) {
            return String.format(Locale.ROOT, first.pattern(), value.get().median()) + mark(workload, contender);
        }
        return runs.timesTheLimit(workload, contender)
                        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                        .orElse(NOT_MEASURED)
                + served(workload, contender)
                + mark(workload, contender);
    }

    private String served(Workload workload, Contender contender) {
        return Figure.of(workload).contains(Figure.SERVED)
                ? runs.figure(Figure.SERVED, workload, contender)
                        .filter(served -> served.median() < KEPT_UP)
                        .map(served -> String.format(Locale.ROOT, ", %.0f %% served", served.median()))
                        .orElse("")
                : "";
    }

    private void appendWorkload(Workload workload, StringBuilder text) {
        List<Figure> figures = Figure.of(workload).stream()
                .filter(figure -> figure != Figure.WARM_ACCEPTS)
                .toList();
        text.append("\n## ").append(workload.id()).append(": ").append(workload.description());
        text.append("\n\n| server |");
        figures.forEach(figure -> text.append(' ').append(figure.title()).append(" |"));
        text.append("\n|---|").append("---:|".repeat(figures.size())).append('\n');
        for (Contender contender : lineup.ready()) {
            String cells = figures.stream()
                    .map(figure -> cell(runs.figure(figure, workload, contender), figure, workload, contender))
                    .collect(Collectors.joining(" | "));
            appendRow(text, contender.title(), cells);
        }
    }

    private String cell(Optional<Spread> value, Figure figure, Workload workload, Contender contender) {
        return value.map(spread -> spread.text(figure.pattern())).orElse(NOT_MEASURED) + mark(workload, contender);
    }

    private String mark(Workload workload, Contender contender) {
        return runs.isFlawed(workload, contender) ? MARK : "";
    }

    private static void appendRow(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private void appendFlaws(StringBuilder text) {
        List<String> flaws = runs.flaws(contender -> true);
        if (!flaws.isEmpty()) {
            text.append("\n†\u00a0What went wrong, so that these figures say less:\n\n");
            flaws.forEach(flaw -> text.append("- ").append(flaw).append('\n'));
        }
    }

    private void appendLeftOut(StringBuilder text) {
        for (Workload workload : runs.workloads()) {
            for (Contender contender : lineup.ready()) {
                contender
                        .whyNot(workload)
                        .ifPresent(reason -> text.append('\n')
                                .append(contender.title())
                                .append(" is not measured in ")
                                .append(workload.id())
                                .append(": ")
                                .append(reason)
                                .append(".\n"));
            }
        }
    }

    /** Everything that the load generator printed, with where and how. */
    String json() {
        Map<String, String> versions = new TreeMap<>();
        lineup.versions().forEach((contender, version) -> versions.put(contender.id(), version));
        Map<String, String> missing = new TreeMap<>();
        lineup.missing().forEach((contender, reason) -> missing.put(contender.id(), reason));
        return runs.json(circumstances, Map.of("versions", versions, "missing", missing));
    }
}
