package io.monorelay.bench.storm;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.FigureReport;
import io.monorelay.bench.yardstick.Machine;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how nodes that lost their relay come back to it. */
@Command(
        name = "storm",
        sortOptions = false,
        description = {
            "Measures a reconnect storm: nodes link up with a relay, which is killed and started again on the same port "
                    + "and data while they dial it; then how soon all are back, whether the relay answered health checks "
                    + "all the time, and whether every node got every message once. Writes a table and the raw figures "
                    + "to relay-bench/results/DATE-MACHINE.",
            "",
            "Good when no check was left without an answer for a second, all were back within 60 s, and no message was "
                    + "lost or repeated."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class StormCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MAX_CLIENTS = 15_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--clients",
            defaultValue = "2000",
            paramLabel = "N",
            description = "nodes with a link each (default: ${DEFAULT-VALUE})")
    private int clients;

    @Option(
            names = "--outage",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "from the relay's death to its next start (default: ${DEFAULT-VALUE})")
    private int outageSeconds;

    @Option(names = "--quick", description = "results go to target/, and what was missed does not matter")
    private boolean quick;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        if (clients < 1 || clients > MAX_CLIENTS || outageSeconds < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--clients " + clients + " --outage " + outageSeconds + ", expected 1 to " + MAX_CLIENTS
                            + " and at least 0");
        }
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Scratch scratch = new Scratch(project.passingResults().resolveSibling("storm"));
        Plan plan = new Plan(clients, Duration.ofSeconds(outageSeconds), PATIENCE);
        Storm storm = new Storm(
                project, scratch, plan, new Progress(spec.commandLine().getErr()));
        List<Figure> figures = storm.run();
        FigureReport report = new FigureReport(
                "Reconnect storm",
                LocalDate.now(ZoneOffset.UTC),
                machine,
                List.of(clients + " nodes in one process, the relay in another, over loopback"),
                figures);
        Results.of(project, report.date(), machine.shortName(), quick)
                .write(
                        "storm",
                        report.markdown() + storm.timeline(),
                        report.json(),
                        spec.commandLine().getOut());
        scratch.delete();
        return quick || report.missed().isEmpty() ? 0 : 1;
    }
}
