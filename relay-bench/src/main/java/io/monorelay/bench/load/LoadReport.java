package io.monorelay.bench.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;

/** What is written down about a run. */
final class LoadReport {
    private static final double NANOS_A_MILLI = 1e6;
    private static final double MICROS_A_SECOND = 1e6;
    private static final double BYTES_A_MB = 1e6;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    private final LoadResult result;

    LoadReport(LoadResult result) {
        this.result = result;
    }

    /** For people. */
    String text() {
        Stretch measured = result.measured();
        StringBuilder text = new StringBuilder();
        line(
                text,
                "load",
                result.plan().crowd().text() + ", " + result.plan().pace().text());
        line(text, "measured", String.format(Locale.ROOT, "%.1f s", measured.seconds()));
        line(text, "published", String.format(Locale.ROOT, "%,.1f messages/s", measured.publishedPerSecond()));
        line(
                text,
                "delivered",
                String.format(Locale.ROOT, "%,.1f messages/s, all nodes together", measured.deliveredPerSecond()));
        text.append('\n');
        appendLatencies(text);
        text.append('\n');
        appendPrograms(text);
        line(
                text,
                "account",
                String.format(
                        Locale.ROOT,
                        "%,d accepted, %,d refused, %,d unanswered, %,d never sent",
                        result.count(Event.ACCEPTED),
                        result.count(Event.REFUSED),
                        result.unanswered(),
                        result.unsent()));
        line(text, "", String.format(Locale.ROOT, "%,d deliveries due: %s", result.expected(), account()));
        if (result.count(Event.LEAVES) > 0) {
            line(
                    text,
                    "",
                    String.format(Locale.ROOT, "%,d times a node left and came back", result.count(Event.LEAVES)));
        }
        result.flaws().forEach(flaw -> line(text, "beware", flaw));
        return text.append(verdict()).append('\n').toString();
    }

    private String account() {
        return String.format(
                Locale.ROOT,
                "%s lost, %,d repeated, %,d out of order",
                result.lostText(),
                result.count(Event.REPEATED),
                result.count(Event.OUT_OF_ORDER));
    }

    private String verdict() {
        return result.failures().isEmpty() ? "good" : "not good: " + String.join(", ", result.failures());
    }

    private void appendLatencies(StringBuilder text) {
        line(text, "latency, ms", "      p50       p90       p99     p99.9      most");
        latencies().forEach((name, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                line(text, name, String.format(Locale.ROOT, "%9.2f %9.2f %9.2f %9.2f %9.2f", percentiles(histogram)));
            }
        });
    }

    private Map<String, Histogram> latencies() {
        Map<String, Histogram> named = new LinkedHashMap<>();
        named.put("deliveries", result.timings().deliveries());
        named.put("slow, returning", result.timings().lateDeliveries());
        named.put("answers", result.timings().answers());
        named.put("load tool", result.timings().lag());
        return named;
    }

    private static Object[] percentiles(Histogram histogram) {
        Object[] values = new Object[PERCENTILES.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = histogram.getValueAtPercentile(PERCENTILES[i]) / NANOS_A_MILLI;
        }
        return values;
    }

    private void appendPrograms(StringBuilder text) {
        Stretch measured = result.measured();
        if (result.plan().serverPid().isPresent()) {
            line(
                    text,
                    "relay",
                    String.format(
                            Locale.ROOT,
                            "%.2f cores, %.3f µs a delivery, %.1f µs a message, %.0f MB, %d descriptors",
                            measured.serverCores(),
                            measured.serverCores() * MICROS_A_SECOND / measured.deliveredPerSecond(),
                            measured.serverCores() * MICROS_A_SECOND / measured.publishedPerSecond(),
                            measured.to().server().residentBytes() / BYTES_A_MB,
                            measured.to().server().descriptors()));
        }
        Histogram lag = result.timings().lag();
        line(
                text,
                "load tool",
                String.format(
                        Locale.ROOT,
                        "%.2f of %d cores, its busiest loop %.2f, late by %.2f ms (p99), %.2f ms (most)",
                        measured.ownCores(),
                        Runtime.getRuntime().availableProcessors(),
                        measured.busiestLoopCores(),
                        lag.getValueAtPercentile(99) / NANOS_A_MILLI,
                        lag.getMaxValue() / NANOS_A_MILLI));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-16s", name)).append(value).append('\n');
    }

    /** For programs: everything that is in the text, and each second. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("relay", result.plan().relay().toString());
        all.put("crowd", result.plan().crowd());
        all.put("pace", result.plan().pace());
        all.put("measured_s", result.measured().seconds());
        all.put("published_per_s", result.measured().publishedPerSecond());
        all.put("delivered_per_s", result.measured().deliveredPerSecond());
        all.put(
                "latency_ms",
                latencies().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> named(entry.getValue()))));
        all.put("server_cores", result.measured().serverCores());
        all.put("server", result.measured().to().server());
        all.put("load_tool_cores", result.measured().ownCores());
        all.put("load_tool_busiest_loop_cores", result.measured().busiestLoopCores());
        all.put("events", result.events());
        all.put("expected", result.expected());
        all.put("lost", result.lost());
        all.put("unanswered", result.unanswered());
        all.put("failures", result.failures());
        all.put("flaws", result.flaws());
        all.put("seconds", List.copyOf(result.moments()));
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
    }

    private static Map<String, Object> named(Histogram histogram) {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("count", histogram.getTotalCount());
        for (double percentile : PERCENTILES) {
            named.put("p" + percentile, histogram.getValueAtPercentile(percentile) / NANOS_A_MILLI);
        }
        return named;
    }
}
