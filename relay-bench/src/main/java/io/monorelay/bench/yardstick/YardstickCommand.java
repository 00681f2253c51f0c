package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.Scratch;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the relay beside the limit. */
@Command(
        name = "yardstick",
        customSynopsis = "scripts/yardstick [--quick] [--server-core=N] [--generator-core=N] [WORKLOAD...]",
        sortOptions = false,
        description = {
            "Measures the relay beside the least that a broadcast server can do, on the same signed messages, "
                    + "and writes a table and the raw figures to relay-bench/results/DATE-MACHINE.",
            "",
            "  W1  1 publisher, 1,000 receivers, 64 messages outstanding; W1/8 to W1/1024 with 8 to 1,024",
            "  W2  the same at 1,000 messages/s; W2/200 and W2/50 at 200 and 50",
            "  W3  100 connections, all publish and receive",
            "  W4  1 publisher, 100 receivers, 16 KiB of data; needs 3 GiB of disk and memory",
            "  W5  10,000 idle connections",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class YardstickCommand implements Callable<Integer> {
    private static final List<String> DEFAULT_WORKLOADS = List.of("W1", "W2", "W3", "W5");

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "what to run (default: W1 W2 W3 W5)")
    private List<String> names;

    @Option(names = "--quick", description = "one short run each, to see that all works; results go to target/")
    private boolean quick;

    @Mixin
    private CoreOptions coreOptions;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Workload> workloads = Workload.chosen(names, DEFAULT_WORKLOADS, spec);
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Scratch scratch = new Scratch();
        Measurement measurement = new Measurement(project, scratch, plan, coreOptions.cores());
        List<Contender> contenders = List.of(Contender.LIMIT, Contender.RELAY);
        Runs runs = new Comparison(
                        measurement,
                        contenders,
                        plan,
                        scratch,
                        new Progress(spec.commandLine().getErr()))
                .run(workloads);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Report report = new Report(new Circumstances(today, machine, plan), runs);
        Results.of(project, today, machine.shortName(), quick)
                .write(
                        Workload.fileName("yardstick", workloads),
                        report.markdown(),
                        report.json(),
                        spec.commandLine().getOut());
        if (!report.flaws().isEmpty()) {
            return 1;
        }
        scratch.delete();
        return 0;
    }
}
