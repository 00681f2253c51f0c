package io.monorelay.bench.yardstick;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What is written down about all runs. */
final class Report {
    private final LocalDate date;
    private final Machine machine;
    private final Plan plan;
    private final List<Run> runs;

    Report(LocalDate date, Machine machine, Plan plan, List<Run> runs) {
        this.date = date;
        this.machine = machine;
        this.plan = plan;
        this.runs = runs;
    }

    /** A table of medians and ratios, in Markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Yardstick, ").append(date).append("\n\n");
        appendCircumstances(text);
        text.append("\n| workload | figure | limit | relay | relay ÷ limit |\n|---|---|---:|---:|---:|\n");
        for (Workload workload : Workload.values()) {
            appendRows(workload, text);
        }
        appendFlaws(text);
        return text.toString();
    }

    private void appendCircumstances(StringBuilder text) {
        text.append(machine.markdown());
        text.append("- runs: ").append(plan.runs()).append(" each, in turn, ");
        text.append(plan.measured().toSeconds()).append(" s after ");
        text.append(plan.warmup().toSeconds()).append(" s; median (least–most)\n");
    }

    private void appendRows(Workload workload, StringBuilder text) {
        List<Run> limit = runsOf(workload, Contender.LIMIT);
        List<Run> relay = runsOf(workload, Contender.RELAY);
        if (limit.isEmpty() || relay.isEmpty()) {
            return;
        }
        String name = workload.id() + ": " + workload.description();
        for (Figure figure : Figure.of(workload)) {
            Spread least = figure.over(limit);
            Spread ours = figure.over(relay);
            text.append("| ").append(name).append(" | ").append(figure.title());
            text.append(" | ").append(least.text(figure.pattern()));
            text.append(" | ").append(ours.text(figure.pattern()));
            text.append(" | ").append(ratio(ours.median(), least.median())).append(" |\n");
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
        return runs.stream()
                .filter(run -> !run.flaws().isEmpty())
                .map(run -> run.name() + ": " + String.join(", ", run.flaws()))
                .toList();
    }

    private List<Run> runsOf(Workload workload, Contender contender) {
        return runs.stream()
                .filter(run -> run.workload() == workload && run.contender() == contender)
                .toList();
    }

    /** Everything that the load generator printed, with where and how. */
    String json() {
        List<Map<String, Object>> all = runs.stream().map(Report::raw).toList();
        return JsonMapper.shared()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(Map.of("date", date.toString(), "machine", machine, "runs", all))
                + "\n";
    }

    private static Map<String, Object> raw(Run run) {
        return Map.of(
                "workload",
                run.workload().id(),
                "server",
                run.contender().id(),
                "run",
                run.number(),
                "figures",
                run.figures());
    }
}
