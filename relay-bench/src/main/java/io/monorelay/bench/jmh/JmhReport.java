package io.monorelay.bench.jmh;

import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;
import tools.jackson.databind.JsonNode;

/**
 * What the benchmarks measured, as a table for people.
 *
 * @param written what JMH has written of it, an array with at least one benchmark
 */
record JmhReport(LocalDate date, Machine machine, JsonNode written) {
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Single classes, ").append(date).append("\n\n").append(machine.markdown());
        text.append("- each: ").append(repetitions(written.path(0))).append('\n');
        text.append("\n| benchmark | time | allocated |\n|---|---:|---:|\n");
        for (Measured measured : JmhResults.of(written).all()) {
            Score allocated = measured.allocated();
            text.append("| ").append(measured.name());
            text.append(" | ").append(measured.score());
            text.append(" | ").append(allocated == null ? "" : allocated).append(" |\n");
        }
        return text.toString();
    }

    private static String repetitions(JsonNode result) {
        return "processes " + result.path("forks").asInt()
                + ", in each " + times(result, "measurement")
                + " after " + times(result, "warmup");
    }

    private static String times(JsonNode result, String what) {
        return result.path(what + "Iterations").asInt() + " × "
                + result.path(what + "Time").asString();
    }
}
