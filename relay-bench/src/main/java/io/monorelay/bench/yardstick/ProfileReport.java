package io.monorelay.bench.yardstick;

import io.monorelay.bench.profile.Layer;
import io.monorelay.bench.profile.Profile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is written down about where the relay's time went in one workload. */
record ProfileReport(Circumstances circumstances, Run run, Profile profile) {
    private static final double PERCENT = 100;
    private static final double NANOS_A_MICRO = 1_000;

    /** A table of the layers that were found at work, in Markdown. */
    String markdown(String flameGraph) {
        StringBuilder text = new StringBuilder();
        text.append("# Where the time goes in ").append(run.workload().id()).append(", ");
        text.append(circumstances.date())
                .append("\n\n")
                .append(circumstances.machine().markdown());
        text.append(String.format(
                Locale.ROOT,
                "- measured: %d s after %d s\n",
                circumstances.plan().measured().toSeconds(),
                circumstances.plan().warmup().toSeconds()));
        text.append(String.format(
                Locale.ROOT,
                "- profile: %,d stacks, one a millisecond; [flame graph](%s)\n",
                profile.total(),
                flameGraph));
        text.append(String.format(
                Locale.ROOT, "- %s: %s\n", run.workload().id(), run.workload().description()));
        text.append(String.format(
                Locale.ROOT,
                "- %,.0f messages/s, %,.0f deliveries/s\n",
                run.figure("published_per_s"),
                run.figure("deliveries_per_s")));
        text.append("\n| layer | share | ns a delivery | µs a message |\n|---|---:|---:|---:|\n");
        Arrays.stream(Layer.values())
                .filter(layer -> profile.share(layer) > 0)
                .forEach(layer -> text.append(row(layer.title(), profile.share(layer))));
        text.append(row("all of it", 1));
        run.flaws()
                .forEach(flaw ->
                        text.append("\nNot to be trusted: ").append(flaw).append('\n'));
        return text.toString();
    }

    private String row(String title, double share) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f %% | %.1f | %.2f |\n",
                title,
                share * PERCENT,
                share * microsPerDelivery() * NANOS_A_MICRO,
                share * microsPerMessage());
    }

    private double microsPerDelivery() {
        return run.figure("server_cpu_us_per_delivery");
    }

    private double microsPerMessage() {
        double published = run.figure("published_per_s");
        return published == 0 ? 0 : microsPerDelivery() * run.figure("deliveries_per_s") / published;
    }

    /** The samples of each layer beside what the load generator printed. */
    String json() {
        Map<String, Long> samples = new LinkedHashMap<>();
        profile.samples().forEach((layer, count) -> samples.put(layer.name(), count));
        return new Runs(List.of(run)).json(circumstances, Map.of("samples", samples));
    }
}
