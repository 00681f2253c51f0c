package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.Scratch;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.internal.chartpart.Chart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the relay beside what somebody would take instead. */
@Command(
        name = "compare",
        customSynopsis = "scripts/bench compare [--contenders=NAME,...] [--windows] [OPTION...] [WORKLOAD...]",
        sortOptions = false,
        description = {
            "Measures the relay beside what somebody would take instead, in turn, on the same signed messages, and writes "
                    + "tables, pictures and the raw figures to relay-bench/results/DATE-MACHINE. What the others need is "
                    + "fetched into ~/.cache/monorelay/compare; who cannot be had is named in the table.",
            "",
            "  W1  1 publisher, 1,000 receivers, 64 messages outstanding; W1/8 to W1/1024 with 8 to 1,024",
            "  W2  the same at 1,000 messages/s; W2/200 and W2/50 at 200 and 50",
            "  W3  100 connections, all publish and receive",
            "  W4  1 publisher, 100 receivers, 16 KiB of data; needs 2 GiB of disk and memory",
            "  W5  10,000 idle connections",
            "",
            "By default all of them are measured in twenty minutes.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class CompareCommand implements Callable<Integer> {
    private static final List<String> DEFAULT_WORKLOADS = List.of("W1", "W2", "W3", "W4", "W5");
    private static final Duration SETTLING = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "what to run (default: W1 W2 W3 W4 W5)")
    private List<String> names;

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME,...",
            description =
                    "some of limit, relay, bun, node, nats, mosquitto, vertx, java-websocket and netty, by default all; "
                            + "ratios want the limit")
    private List<String> contenderNames;

    @Option(
            names = "--windows",
            description = "W1 with 8 to 1,024 messages outstanding as well; takes half an hour more")
    private boolean windows;

    @Option(names = "--runs", defaultValue = "3", paramLabel = "N", description = "of each; default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            paramLabel = "N",
            description = "measured in each run; default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "5",
            paramLabel = "N",
            description = "seconds before that for whoever compiles while it runs; default: ${DEFAULT-VALUE}")
    private int warmup;

    @Option(names = "--passing", description = "results go to target/, where the next build may delete them")
    private boolean passing;

    @Mixin
    private CoreOptions coreOptions;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Workload> workloads = workloads();
        List<Contender> contenders = contenders();
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Scratch scratch = new Scratch();
        Lineup lineup = new Installation(project, scratch).install(contenders, machine.commit());
        progress(lineup);
        Plan plan = plan();
        Measurement measurement = new Measurement(project, scratch, plan, coreOptions.cores());
        Runs measured = new Comparison(
                        measurement,
                        lineup.ready(),
                        plan,
                        scratch,
                        new Progress(spec.commandLine().getErr()))
                .run(workloads);
        Circumstances circumstances = new Circumstances(LocalDate.now(ZoneOffset.UTC), machine, plan);
        Results results = Results.of(project, circumstances.date(), machine.shortName(), passing);
        write(results, circumstances, lineup, measured);
        // What others do wrong is in the report; what the project does wrong is a failure.
        if (!measured.flaws(contender -> !contender.isForeign()).isEmpty()) {
            return 1;
        }
        scratch.delete();
        return 0;
    }

    private void progress(Lineup lineup) {
        Progress progress = new Progress(spec.commandLine().getErr());
        lineup.missing().forEach((contender, reason) -> progress.say(contender.id() + " is left out: " + reason));
    }

    private void write(Results results, Circumstances circumstances, Lineup lineup, Runs measured) throws IOException {
        String name = fileName(measured.workloads());
        ComparisonReport report = new ComparisonReport(circumstances, lineup, measured);
        results.write(name, report.markdown(), report.json(), spec.commandLine().getOut());
        ComparisonChart chart = new ComparisonChart(lineup, measured);
        write(results, name, chart.byWorkload());
        write(results, name + "-windows", chart.byWindow());
    }

    private static void write(Results results, String name, Optional<Chart<?, ?>> picture) throws IOException {
        if (picture.isPresent()) {
            for (String format : List.of("png", "svg")) {
                results.write(name + "." + format, ComparisonChart.encoded(picture.get(), format));
            }
        }
    }

    /** All workloads are the comparison; some of them keep a file of their own. */
    private static String fileName(List<Workload> workloads) {
        List<String> ids = workloads.stream().map(Workload::id).toList();
        return ids.containsAll(DEFAULT_WORKLOADS) ? "compare" : Workload.fileName("compare", workloads);
    }

    private Plan plan() {
        if (runs < 1 || seconds < 1 || warmup < 1) {
            throw new ParameterException(spec.commandLine(), "--runs, --seconds and --warmup must be at least 1");
        }
        return new Plan(runs, Duration.ofSeconds(warmup), SETTLING, Duration.ofSeconds(seconds), 1);
    }

    private List<Workload> workloads() {
        List<Workload> chosen = Workload.chosen(names, DEFAULT_WORKLOADS, spec);
        return windows
                ? Stream.concat(Workload.BY_WINDOW.values().stream(), chosen.stream())
                        .distinct()
                        .toList()
                : chosen;
    }

    private List<Contender> contenders() {
        if (contenderNames == null) {
            return List.of(Contender.values());
        }
        return contenderNames.stream().map(this::contender).distinct().toList();
    }

    private Contender contender(String id) {
        return Contender.named(id)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "unknown contender \"" + id + "\", expected one of "
                                + Arrays.stream(Contender.values())
                                        .map(Contender::id)
                                        .collect(Collectors.joining(", "))));
    }
}
