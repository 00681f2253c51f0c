package io.monorelay.bench.jmh;

import io.monorelay.bench.yardstick.Machine;
import java.time.LocalDate;

/** What the benchmarks measured, as a table for people. */
record JmhReport(LocalDate date, Machine machine, JmhResults results) {
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Single classes, ").append(date).append("\n\n").append(machine.markdown());
        text.append("\n| benchmark | time | allocated |\n|---|---:|---:|\n");
        for (Measured measured : results.all()) {
            Score allocated = measured.allocated();
            text.append("| ").append(measured.name());
            text.append(" | ").append(measured.score());
            text.append(" | ").append(allocated == null ? "" : allocated).append(" |\n");
        }
        return text.toString();
    }
}
