package io.monorelay.bench.jmh;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A benchmark as JMH 1.37 writes it, cut short: 64 ± 2 ns and 24 ± 0.02 bytes for each operation. */
record WrittenResult(
        String method, String mode, String unit, double score, double error, List<Double> forks, double bytes) {
    static final WrittenResult DELIVER = new WrittenResult("deliver", "avgt", "ns/op", 64, 2, List.of(), 24);

    private static final String JSON = """
            {
                "jmhVersion" : "1.37",
                "benchmark" : "io.monorelay.fanout.LoopFanoutBenchmark.%s",
                "mode" : "%s",
                "forks" : 3,
                "jdkVersion" : "25.0.3",
                "warmupIterations" : 3,
                "warmupTime" : "500 ms",
                "measurementIterations" : 5,
                "measurementTime" : "250 ms",
                "params" : {
                    "format" : "V2",
                    "peers" : "100"
                },
                "primaryMetric" : {
                    "score" : %f,
                    "scoreError" : %f,
                    "scoreConfidence" : [
                        62.01,
                        66.02
                    ],
                    "scorePercentiles" : {
                        "0.0" : 62.9,
                        "50.0" : 64.1
                    },
                    "scoreUnit" : "%s",
                    "rawData" : %s
                },
                "secondaryMetrics" : {
                    "gc.alloc.rate" : {
                        "score" : 357.1,
                        "scoreError" : 12.9,
                        "scoreUnit" : "MB/sec",
                        "rawData" : []
                    },
                    "gc.alloc.rate.norm" : {
                        "score" : %f,
                        "scoreError" : 0.02,
                        "scoreUnit" : "B/op",
                        "rawData" : []
                    },
                    "gc.count" : {
                        "score" : 1.0,
                        "scoreError" : "NaN",
                        "scoreUnit" : "counts",
                        "rawData" : []
                    }
                }
            }""";

    WrittenResult named(String otherMethod) {
        return new WrittenResult(otherMethod, mode, unit, score, error, forks, bytes);
    }

    WrittenResult in(String otherMode, String otherUnit) {
        return new WrittenResult(method, otherMode, otherUnit, score, error, forks, bytes);
    }

    /** With processes whose means are these. */
    WrittenResult scored(double newScore, double newError, Double... newForks) {
        return new WrittenResult(method, mode, unit, newScore, newError, List.of(newForks), bytes);
    }

    WrittenResult allocating(double newBytes) {
        return new WrittenResult(method, mode, unit, score, error, forks, newBytes);
    }

    static String file(WrittenResult... results) {
        return Stream.of(results).map(WrittenResult::json).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    static JmhResults read(WrittenResult... results) {
        return JmhResults.of(tree(results));
    }

    static JsonNode tree(WrittenResult... results) {
        return JsonMapper.shared().readTree(file(results));
    }

    private String json() {
        return String.format(
                Locale.ROOT,
                JSON,
                method,
                mode,
                score,
                error,
                unit,
                forks.stream().map(List::of).toList(),
                bytes);
    }
}
