package io.monorelay.bench.jmh;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * A figure of a benchmark, and between which bounds it is by what was measured: JMH's error bars, and at least the means
 * of all processes, since those of one process agree better with each other than with the next one's.
 */
record Score(double value, double error, double least, double most, String unit) {
    /** From how JMH writes a metric; the error of one that was measured once is not known and not given. */
    static Score of(JsonNode metric) {
        double value = metric.path("score").asDouble();
        double error =
                metric.path("scoreError").isNumber() ? metric.path("scoreError").asDouble() : 0;
        double least = value - error;
        double most = value + error;
        for (JsonNode fork : metric.path("rawData")) {
            double mean =
                    fork.valueStream().mapToDouble(JsonNode::asDouble).average().orElse(value);
            least = Math.min(least, mean);
            most = Math.max(most, mean);
        }
        return new Score(value, error, least, most, metric.path("scoreUnit").asString());
    }

    /**
     * Whether that is another figure beyond the noise.
     *
     * @param tolerance the part of this one that a difference has to exceed
     * @param floor what it has to exceed besides
     */
    boolean differs(Score other, double tolerance, double floor) {
        boolean overlaps = other.least <= most && least <= other.most;
        return !overlaps && Math.abs(other.value - value) > Math.abs(value) * tolerance + floor;
    }

    @Override
    public String toString() {
        return number(value) + " ± " + number(error) + " " + unit;
    }

    /** Three digits and more, however small it is. */
    static String number(double value) {
        double size = Math.abs(value);
        String pattern = size < 0.0005 ? "%.0f" : size < 10 ? "%.3f" : size < 1000 ? "%.1f" : "%,.0f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
