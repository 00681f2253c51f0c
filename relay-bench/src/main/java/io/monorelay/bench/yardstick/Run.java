package io.monorelay.bench.yardstick;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One measurement.
 *
 * @param figures what the load generator printed
 */
record Run(Workload workload, Contender contender, int number, JsonNode figures) {
    /** How much of the server's core others may use, before what they do shows in the figures. */
    private static final double MOST_ELSEWHERE = 0.1;

    private static final String FAILED = "failed";

    /** One that came to nothing, for that reason. */
    static Run failed(Workload workload, Contender contender, int number, String reason) {
        return new Run(
                workload,
                contender,
                number,
                JsonMapper.shared().createObjectNode().put(FAILED, reason));
    }

    boolean failed() {
        return figures.has(FAILED);
    }

    double figure(String name) {
        return figures.path(name).asDouble();
    }

    /** What makes the figures worth less, in words; empty when all went well. */
    List<String> flaws() {
        return flaws(figures);
    }

    /** The same of what the load generator printed for any load. */
    static List<String> flaws(JsonNode figures) {
        List<String> flaws = new ArrayList<>();
        if (figures.has(FAILED)) {
            flaws.add("failed: " + figures.path(FAILED).asString());
        }
        for (String name : List.of("connect_failed", "closed_by_server", "loss", "stalls", "protocol_errors")) {
            if (figures.path(name).asDouble() != 0) {
                flaws.add(name + " " + figures.path(name).asString());
            }
        }
        if (figures.path("messages_exhausted").asDouble() != 0) {
            flaws.add("the messages ran out");
        }
        double elsewhere = figures.path("server_cpu_busy").asDouble()
                - figures.path("server_cores").asDouble();
        if (elsewhere > MOST_ELSEWHERE) {
            flaws.add(String.format(Locale.ROOT, "%.0f %% of the server's core went elsewhere", elsewhere * 100));
        }
        return flaws;
    }

    String name() {
        return workload.id() + " " + contender.id() + " run " + number;
    }

    /** Everything that the load generator printed, for a program to read. */
    Map<String, Object> raw() {
        return Map.of("workload", workload.id(), "server", contender.id(), "run", number, "figures", figures);
    }
}
