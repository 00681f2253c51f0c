package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how the relay's cost grows. */
@Command(
        name = "scale",
        customSynopsis = "scripts/bench scale [--quick]",
        sortOptions = false,
        description = {
            "Measures what a delivery and a message cost the relay with 100 to 10,000 receivers, with messages of 128 bytes to "
                    + "16 KiB, with 1 to 100 nodes that publish, and with two event loops. Writes a table and the raw "
                    + "figures to relay-bench/results/DATE-MACHINE.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ScaleCommand implements Callable<Integer> {
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Plan FULL = new Plan(1, SETTLING, SETTLING, Duration.ofSeconds(3), 1);
    private static final Plan QUICK = new Plan(1, SETTLING, SETTLING, Duration.ofSeconds(1), 1);
    private static final Plan WARM_UP = new Plan(1, SETTLING, SETTLING, Duration.ofSeconds(10), 1);
    private static final Measurement.Cores CORES = Measurement.Cores.USUAL;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "a second each, to see that all works; results go to target/")
    private boolean quick;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Scratch scratch = new Scratch();
        Plan plan = quick ? QUICK : FULL;
        Map<ScalePoint, Path> messages = sign(scratch, plan);
        List<ScaleReport.Measured> all = new ArrayList<>();
        for (int cores :
                ScalePoint.ALL.stream().map(ScalePoint::cores).distinct().toList()) {
            all.addAll(measure(cores, project, scratch, plan, messages));
        }
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        ScaleReport report = new ScaleReport(new Circumstances(today, machine, plan), all);
        Results.of(project, today, machine.shortName(), quick)
                .write(
                        "scale",
                        report.markdown(),
                        report.json(),
                        spec.commandLine().getOut());
        scratch.delete();
        return report.flaws().isEmpty() ? 0 : 1;
    }

    /** All at first, so that the relay does nothing else between two loads. */
    private Map<ScalePoint, Path> sign(Scratch scratch, Plan plan) throws IOException {
        tell("signing messages");
        Map<ScalePoint, Path> messages = new LinkedHashMap<>();
        for (ScalePoint point : ScalePoint.ALL) {
            Path file = scratch.file("messages-" + messages.size());
            file.toFile().deleteOnExit();
            Comparison.sign(point.messagesFor(plan.publishingSeconds()), point.dataBytes(), file);
            messages.put(point, file);
        }
        return messages;
    }

    private List<ScaleReport.Measured> measure(
            int cores, Project project, Scratch scratch, Plan plan, Map<ScalePoint, Path> messages)
            throws IOException, InterruptedException, RunException {
        Measurement measurement = new Measurement(project, scratch, plan, CORES);
        List<ScaleReport.Measured> all = new ArrayList<>();
        Path first = scratch.file("warm-up");
        ScalePoint warmUp = ScalePoint.WARM_UP;
        Comparison.sign(warmUp.messagesFor(WARM_UP.publishingSeconds()), warmUp.dataBytes(), first);
        try (Server relay = start(project, scratch, cores)) {
            new Measurement(project, scratch, WARM_UP, CORES).load(options(warmUp), relay, first);
            for (Map.Entry<ScalePoint, Path> point : messages.entrySet()) {
                if (point.getKey().cores() == cores) {
                    all.add(measure(point.getKey(), measurement, relay, point.getValue()));
                }
            }
        }
        Files.deleteIfExists(first);
        return all;
    }

    private ScaleReport.Measured measure(ScalePoint point, Measurement measurement, Server relay, Path messages)
            throws IOException, InterruptedException, RunException {
        ScaleReport.Measured measured =
                new ScaleReport.Measured(point, measurement.load(options(point), relay, messages));
        double micros = measured.figures().path("server_cpu_us_per_delivery").asDouble();
        tell(String.format(Locale.ROOT, "%s %s: %.3f µs a delivery", point.axis(), point.value(), micros));
        return measured;
    }

    private static List<String> options(ScalePoint point) {
        return List.of(point.options().split(" ", -1));
    }

    private void tell(String line) {
        new Progress(spec.commandLine().getErr()).say(line);
    }

    /** With more than one core it has the load generator's too. */
    private static Server start(Project project, Scratch scratch, int cores)
            throws IOException, InterruptedException, RunException {
        if (cores == 1) {
            return Contender.RELAY.start(project, scratch, CORES.server());
        }
        String data = scratch.file("data-on-" + cores).toString();
        return Server.thatSaysItsPort(
                List.of(
                        project.relay(),
                        "serve",
                        "--listen",
                        "127.0.0.1:0",
                        "--data",
                        data,
                        "--network.event-loops",
                        Integer.toString(cores)),
                scratch.file("relay.log"));
    }
}
