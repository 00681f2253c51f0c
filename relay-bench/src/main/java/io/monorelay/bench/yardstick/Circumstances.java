package io.monorelay.bench.yardstick;

import java.time.LocalDate;

/** When, where and for how long was measured. */
record Circumstances(LocalDate date, Machine machine, Plan plan) {
    /** A Markdown list. */
    String markdown() {
        String warmup = plan.warmup().equals(plan.settling())
                ? plan.warmup().toSeconds() + " s"
                : plan.warmup().toSeconds() + " s of warm-up ("
                        + plan.settling().toSeconds() + " s where nothing is compiled while it runs)";
        return machine.markdown()
                + "- runs: " + plan.runs() + " each, in turn, "
                + plan.measured().toSeconds() + " s after " + warmup
                + "; median (least–most)\n";
    }
}
