package io.monorelay.bench.yardstick;

import java.util.List;

/** A line of the table: one figure of the load generator, as people want to read it. */
enum Figure {
    CPU("server CPU, µs a delivery", "server_cpu_us_per_delivery", 1, "%.3f"),
    DELIVERIES("deliveries/s", "deliveries_per_s", 1, "%,.0f"),
    SERVED("delivered in time, %", Measurement.SERVED, 100, "%.0f"),
    P50("latency p50, ms", "lat_p50_us", 1e-3, "%.2f"),
    P99("latency p99, ms", "lat_p99_us", 1e-3, "%.2f"),
    GENERATOR("load of the generator's core", "client_cores", 1, "%.2f"),
    MEMORY("server memory, bytes an idle connection", "rss_per_conn_bytes", 1, "%,.0f"),
    ACCEPTS("accepts/s, just started", "accept_per_s", 1, "%,.0f"),
    WARM_ACCEPTS("accepts/s, after as many before", Measurement.WARM_ACCEPTS, 1, "%,.0f");

    private final String title;
    private final String name;
    private final double scale;
    private final String pattern;

    Figure(String title, String name, double scale, String pattern) {
        this.title = title;
        this.name = name;
        this.scale = scale;
        this.pattern = pattern;
    }

    /** What is worth knowing about a workload. */
    static List<Figure> of(Workload workload) {
        return switch (workload) {
            case W1, W1_8, W1_16, W1_32, W1_128, W1_256, W1_512, W1_1024, W3, W4 -> List.of(CPU, DELIVERIES, GENERATOR);
            case W2, W2_200, W2_50 -> List.of(CPU, SERVED, P50, P99);
            case W5 -> List.of(MEMORY, ACCEPTS, WARM_ACCEPTS);
        };
    }

    String title() {
        return title;
    }

    String pattern() {
        return pattern;
    }

    Spread over(List<Run> runs) {
        return Spread.of(runs.stream().map(run -> run.figure(name) * scale).toList());
    }
}
