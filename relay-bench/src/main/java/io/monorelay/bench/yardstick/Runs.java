package io.monorelay.bench.yardstick;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/** All that was measured. */
record Runs(List<Run> all) {
    /** Those of one server that came to something; no figure of the others is known. */
    List<Run> of(Workload workload, Contender contender) {
        return all.stream()
                .filter(run -> run.workload() == workload && run.contender() == contender && !run.failed())
                .toList();
    }

    /** One of their figures over all runs, if there was one that did not fail. */
    Optional<Spread> figure(Figure figure, Workload workload, Contender contender) {
        List<Run> runs = of(workload, contender);
        return runs.isEmpty() ? Optional.empty() : Optional.of(figure.over(runs));
    }

    /** Its CPU a delivery in units of the limit's, when both were measured. */
    Optional<Double> timesTheLimit(Workload workload, Contender contender) {
        Optional<Spread> least = figure(Figure.CPU, workload, Contender.LIMIT);
        Optional<Spread> value = figure(Figure.CPU, workload, contender);
        return least.isEmpty() || value.isEmpty() || least.get().median() == 0
                ? Optional.empty()
                : Optional.of(value.get().median() / least.get().median());
    }

    /** The workloads that were run, in the order of their names. */
    List<Workload> workloads() {
        return Arrays.stream(Workload.values())
                .filter(workload -> all.stream().anyMatch(run -> run.workload() == workload))
                .toList();
    }

    boolean isFlawed(Workload workload, Contender contender) {
        return all.stream()
                .anyMatch(run -> run.workload() == workload
                        && run.contender() == contender
                        && !run.flaws().isEmpty());
    }

    /** What went wrong in which run of theirs; empty when all went well. */
    List<String> flaws(Predicate<Contender> which) {
        return all.stream()
                .filter(run -> which.test(run.contender()) && !run.flaws().isEmpty())
                .map(run -> run.name() + ": " + String.join(", ", run.flaws()))
                .toList();
    }

    /** Everything that the load generator printed, with where and how. */
    String json(Circumstances circumstances, Map<String, ?> more) {
        Map<String, Object> whole = new TreeMap<>(more);
        whole.put("date", circumstances.date().toString());
        whole.put("machine", circumstances.machine());
        whole.put("runs", all.stream().map(Run::raw).toList());
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(whole) + "\n";
    }
}
