package io.monorelay.bench.jmh;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What JMH measured of one benchmark with one set of parameters.
 *
 * @param name class and method, with the parameters
 * @param mode as JMH writes it, such as {@code avgt}
 * @param allocated for each operation; null when that was not measured
 */
record Measured(
        String name, String mode, Score score, @Nullable Score allocated) {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final String THROUGHPUT = "thrpt";

    /** From an element of what JMH writes as JSON. */
    static Measured of(JsonNode result) {
        JsonNode allocated = result.path("secondaryMetrics").path(ALLOCATED);
        return new Measured(
                name(result),
                result.path("mode").asString(),
                Score.of(result.path("primaryMetric")),
                allocated.isMissingNode() ? null : Score.of(allocated));
    }

    private static String name(JsonNode result) {
        String parameters =
                result.path("params").propertyStream().map(Measured::parameter).collect(Collectors.joining(", "));
        String method = result.path("benchmark").asString().replaceFirst(".*\\.(\\w+?)(Benchmark)?\\.(\\w+)$", "$1.$3");
        return parameters.isEmpty() ? method : method + " (" + parameters + ")";
    }

    private static String parameter(Map.Entry<String, JsonNode> parameter) {
        return parameter.getKey() + " " + parameter.getValue().asString();
    }

    /** What it has in common with another that it may be compared with. */
    String key() {
        return name + " " + mode + " " + score.unit();
    }

    boolean moreIsBetter() {
        return mode.equals(THROUGHPUT);
    }
}
