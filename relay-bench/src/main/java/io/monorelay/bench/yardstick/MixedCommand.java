package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.FigureReport;
import io.monorelay.bench.report.Goal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what slow peers cost the fast ones. */
@Command(
        name = "mixed",
        customSynopsis = "scripts/bench mixed [--runs=N] [--laggards=N] [--quick]",
        sortOptions = false,
        description = {
            "Measures workload W2 (1 publisher, 1,000 receivers, 1,000 messages/s) alone, beside peers that take a tenth "
                    + "of what comes and get it from memory, and beside the same when they have to read from the store. "
                    + "Writes a table and the raw figures to relay-bench/results/DATE-MACHINE.",
            "",
            "Good when the fast peers' p99 is at most 1.3 times what it is alone, and the relay's memory for the others "
                    + "within fanout.laggard-bytes.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class MixedCommand implements Callable<Integer> {
    private static final int MOST_RUNS = 20;
    private static final int MOST_LAGGARDS = 10_000;
    private static final double MOST_SLOWER = 1.3;
    private static final double BYTES_A_MB = 1e6;
    private static final Duration WARMUP = Duration.ofSeconds(18);
    private static final String DEFAULT_BUDGET = "64MiB";
    private static final double DEFAULT_BUDGET_MB = 67.1;
    /** What the slow ones have not taken is more than that within seconds. */
    private static final String SMALL_BUDGET = "4MiB";

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", defaultValue = "3", paramLabel = "N", description = "of each; default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(
            names = "--laggards",
            defaultValue = "200",
            paramLabel = "N",
            description = "peers that read too slowly; default: ${DEFAULT-VALUE}")
    private int laggards;

    @Option(names = "--quick", description = "one short run each, to see that all works; results go to target/")
    private boolean quick;

    @Mixin
    private ProjectOption projectOption;

    private final List<MixedRun> alone = new ArrayList<>();
    private final List<MixedRun> beside = new ArrayList<>();
    private final List<MixedRun> besideStore = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        if (runs < 1 || runs > MOST_RUNS || laggards < 1 || laggards > MOST_LAGGARDS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--runs " + runs + " --laggards " + laggards + ", expected 1 to " + MOST_RUNS + " and 1 to "
                            + MOST_LAGGARDS);
        }
        Plan plan = quick ? Plan.QUICK : new Plan(runs, WARMUP, WARMUP, Duration.ofSeconds(5), 1);
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Scratch scratch = new Scratch();
        run(project, scratch, plan);
        FigureReport report = new FigureReport(
                "Slow peers beside fast ones",
                LocalDate.now(ZoneOffset.UTC),
                machine,
                List.of(
                        "1 publisher, 1,000 receivers, 1,000 messages/s, and " + laggards
                                + " more receivers that read a tenth of it",
                        "runs: " + plan.runs() + " each, in turn, "
                                + plan.measured().toSeconds() + " s after "
                                + plan.warmup().toSeconds() + " s; median (least–most)"),
                figures());
        Results.of(project, report.date(), machine.shortName(), quick)
                .write(
                        "mixed",
                        report.markdown(),
                        report.json(),
                        spec.commandLine().getOut());
        scratch.delete();
        return quick || report.missed().isEmpty() ? 0 : 1;
    }

    private void run(Project project, Scratch scratch, Plan plan)
            throws IOException, InterruptedException, RunException {
        Measurement measurement = new Measurement(project, scratch, plan, Measurement.Cores.USUAL);
        Path messages = Comparison.sign(
                Workload.W2, plan, scratch, new Progress(spec.commandLine().getErr()));
        Mixed mixed = new Mixed(project, scratch, measurement, Measurement.Cores.USUAL, plan, messages);
        for (int number = 1; number <= plan.runs(); number++) {
            alone.add(told("alone", mixed.run(0, DEFAULT_BUDGET, number)));
            beside.add(told("beside slow ones", mixed.run(laggards, DEFAULT_BUDGET, number)));
            besideStore.add(told("beside slow ones, from the store", mixed.run(laggards, SMALL_BUDGET, number)));
        }
    }

    private MixedRun told(String how, MixedRun run) {
        String line = how + ", run " + run.figures().number() + ": p99 "
                + Math.round(run.figures().figure("lat_p99_us")) / 1000.0 + " ms";
        List<String> flaws = run.figures().flaws();
        new Progress(spec.commandLine().getErr()).say(flaws.isEmpty() ? line : line + "; not to be trusted: " + flaws);
        return run;
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>(fast("the fast ones alone", alone));
        figures.addAll(both("beside slow ones, for whom all is in memory", beside, new Goal.AtMost(DEFAULT_BUDGET_MB)));
        // What the JVM itself takes for reading from the store is not that budget.
        figures.addAll(both(
                "the same with fanout.laggard-bytes 4MiB: they read from the store", besideStore, new Goal.None()));
        return figures;
    }

    private static List<Figure> fast(String part, List<MixedRun> measured) {
        return List.of(
                Figure.of(
                        part,
                        "latency p50, ms",
                        "%.2f",
                        measured,
                        run -> run.figures().figure("lat_p50_us") / 1000),
                Figure.of(
                        part,
                        "latency p99, ms",
                        "%.2f",
                        measured,
                        run -> run.figures().figure("lat_p99_us") / 1000),
                Figure.of(
                        part,
                        "cores of the relay",
                        "%.2f",
                        measured,
                        run -> run.figures().figure("server_cores")),
                Figure.of(
                        part,
                        "memory of the relay (RSS), MB",
                        "%.0f",
                        measured,
                        run -> run.residentBytes() / BYTES_A_MB),
                Figure.of(
                        part,
                        "kept by the system in sockets, MB",
                        "%.0f",
                        measured,
                        run -> run.kernelBytes() / BYTES_A_MB));
    }

    private List<Figure> both(String part, List<MixedRun> measured, Goal memory) {
        List<Figure> figures = new ArrayList<>(fast(part, measured));
        double slower = median(measured, run -> run.figures().figure("lat_p99_us"))
                / median(alone, run -> run.figures().figure("lat_p99_us"));
        figures.add(
                Figure.of(part, "p99, times what it is alone", "%.2f", slower).withGoal(new Goal.AtMost(MOST_SLOWER)));
        double more = median(measured, MixedRun::residentBytes) - median(alone, MixedRun::residentBytes);
        figures.add(Figure.of(part, "memory more than alone, MB", "%.0f", more / BYTES_A_MB)
                .withGoal(memory));
        figures.add(Figure.of(part, "what a slow one took of it", "%.2f", measured, MixedRun::takenShare));
        figures.add(Figure.of(part, "slow ones whose connection was closed", "%.0f", measured, MixedRun::ended)
                .withGoal(new Goal.AtMost(0)));
        return figures;
    }

    private static double median(List<MixedRun> measured, ToDoubleFunction<MixedRun> value) {
        return Spread.of(measured.stream().mapToDouble(value).boxed().toList()).median();
    }
}
