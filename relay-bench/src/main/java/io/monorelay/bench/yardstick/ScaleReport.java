package io.monorelay.bench.yardstick;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written down about how the relay's cost grows. */
record ScaleReport(Circumstances circumstances, List<Measured> all) {
    private static final double PERCENT = 100;

    /** @param figures what the load generator printed */
    record Measured(ScalePoint point, JsonNode figures) {
        private double figure(String name) {
            return figures.path(name).asDouble();
        }

        private double microsPerMessage() {
            double published = figure("published_per_s");
            return published == 0 ? 0 : figure("server_cpu_us_per_delivery") * figure("deliveries_per_s") / published;
        }

        private String row(String axis) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %.3f | %.1f | %,.0f | %,.0f | %.0f %% |\n",
                    axis,
                    point.value(),
                    figure("server_cpu_us_per_delivery"),
                    microsPerMessage(),
                    figure("published_per_s"),
                    figure("deliveries_per_s"),
                    figure("server_sys_share") * PERCENT);
        }

        private Map<String, Object> raw() {
            Map<String, Object> raw = new LinkedHashMap<>();
            raw.put("axis", point.axis());
            raw.put("value", point.value());
            raw.put("options", point.options());
            raw.put("figures", figures);
            return raw;
        }
    }

    /** A table, in Markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# How cost grows, ").append(circumstances.date()).append("\n\n");
        text.append(circumstances.machine().markdown());
        text.append("- each: ").append(circumstances.plan().measured().toSeconds());
        text.append(
                " s, after a warm-up of the relay with another load; one publisher and 64 outstanding, where nothing is said\n");
        text.append("\n| what grows | | µs a delivery | µs a message | messages/s | deliveries/s | in the kernel |\n");
        text.append("|---|---|---:|---:|---:|---:|---:|\n");
        String axisBefore = "";
        for (Measured measured : all) {
            String axis = measured.point().axis();
            text.append(measured.row(axis.equals(axisBefore) ? "" : axis));
            axisBefore = axis;
        }
        flaws().forEach(flaw ->
                text.append("\nNot to be trusted: ").append(flaw).append('\n'));
        return text.toString();
    }

    /** What went wrong where; empty when all went well. */
    List<String> flaws() {
        List<String> flaws = new ArrayList<>();
        for (Measured measured : all) {
            List<String> its = Run.flaws(measured.figures());
            if (!its.isEmpty()) {
                flaws.add(measured.point().axis() + " " + measured.point().value() + ": " + String.join(", ", its));
            }
        }
        return flaws;
    }

    /** Everything that the load generator printed, with where. */
    String json() {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("date", circumstances.date().toString());
        whole.put("machine", circumstances.machine());
        whole.put("points", all.stream().map(Measured::raw).toList());
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(whole) + "\n";
    }
}
