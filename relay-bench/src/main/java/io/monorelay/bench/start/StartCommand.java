package io.monorelay.bench.start;

import io.monorelay.bench.process.OwnRelay;
import io.monorelay.bench.process.ProcessUsage;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.FigureReport;
import io.monorelay.bench.report.Goal;
import io.monorelay.bench.yardstick.Machine;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how soon a relay is ready, and what it takes while it is idle. */
@Command(
        name = "start",
        sortOptions = false,
        description = {
            "Starts a relay with scripts/relay serve on an empty data directory, several times, and measures the time until "
                    + "GET /health/ready says yes, and the memory once it has been idle for a while. Writes a table and "
                    + "the raw figures to relay-bench/results/DATE-MACHINE.",
            "",
            "Good when it is ready within 1.5 s and takes less than 150 MB.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class StartCommand implements Callable<Integer> {
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final int MOST_RUNS = 100;
    private static final double BYTES_A_MB = 1e6;
    private static final double NANOS_A_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", defaultValue = "7", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(names = "--quick", description = "two runs, to see that all works; results go to target/")
    private boolean quick;

    @Mixin
    private ProjectOption projectOption;

    private final List<OneStart> starts = new ArrayList<>();

    /** @param cpuSeconds that the launcher and the relay had needed when it was ready */
    private record OneStart(double seconds, double cpuSeconds, double idleBytes, int threads) {}

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        if (runs < 1 || runs > MOST_RUNS) {
            throw new ParameterException(spec.commandLine(), "--runs is " + runs + ", expected 1 to " + MOST_RUNS);
        }
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        // The first one makes the ahead-of-time cache, where this build has none.
        start(project);
        starts.clear();
        for (int i = 0; i < (quick ? 2 : runs); i++) {
            start(project);
        }
        FigureReport report = new FigureReport(
                "Start",
                LocalDate.now(ZoneOffset.UTC),
                machine,
                List.of(starts.size() + " starts, one after the other"),
                figures());
        Results.of(project, report.date(), machine.shortName(), quick)
                .write(
                        "start",
                        report.markdown(),
                        report.json(),
                        spec.commandLine().getOut());
        return quick || report.missed().isEmpty() ? 0 : 1;
    }

    private void start(Project project) throws IOException, InterruptedException, RunException {
        long began = System.nanoTime();
        OwnRelay.during(project, spec.commandLine().getErr(), relay -> {
            Readiness.await(relay.address());
            double seconds = (System.nanoTime() - began) / NANOS_A_SECOND;
            double cpuSeconds = ProcessUsage.of(relay.pid()).cpu().toNanos() / NANOS_A_SECOND;
            LockSupport.parkNanos(IDLE.toNanos());
            ProcessUsage idle = ProcessUsage.of(relay.pid());
            starts.add(new OneStart(seconds, cpuSeconds, idle.residentBytes(), idle.threads()));
            return 0;
        });
    }

    private List<Figure> figures() {
        String part = "scripts/relay serve, empty data directory";
        String idle = "idle for " + IDLE.toSeconds() + " s";
        return List.of(
                Figure.of(part, "until GET /health/ready says yes, s", "%.2f", starts, OneStart::seconds)
                        .withGoal(new Goal.AtMost(1.5)),
                Figure.of(part, "CPU until then, s", "%.2f", starts, OneStart::cpuSeconds),
                Figure.of(idle, "memory (RSS), MB", "%.0f", starts, start -> start.idleBytes() / BYTES_A_MB)
                        .withGoal(new Goal.AtMost(150)),
                Figure.of(idle, "threads", "%.0f", starts, OneStart::threads));
    }
}
