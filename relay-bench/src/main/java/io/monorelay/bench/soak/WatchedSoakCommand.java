package io.monorelay.bench.soak;

import io.monorelay.bench.load.LoadPlan;
import io.monorelay.bench.load.ProgressLine;
import io.monorelay.bench.process.OwnRelay;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.yardstick.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one of the presets that are watched. */
@Command(
        sortOptions = false,
        description = {
            "200 nodes publish and receive, 20 of them as an original node. A quarter of the others leaves and comes back, "
                    + "ten read for a tenth of the time only, and some connections a second send what is wrong or are cut. "
                    + "Fails when a message is lost, repeated or out of order, when a link breaks, and when in the second "
                    + "half of the time memory, descriptors or threads grow, or when they are not given back at the end.",
            "Writes report.html, soak.png and samples.json.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class WatchedSoakCommand implements Callable<Integer> {
    private static final int LEAST_SECONDS = 10;

    private final Preset preset;

    @Spec
    private CommandSpec spec;

    @Option(names = "--relay", paramLabel = "URL", description = "a relay that runs already; default: a new one")
    private @Nullable URI relay;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "the process of that relay; without it only its messages are judged")
    private @Nullable Long pid;

    @Option(names = "--rate", paramLabel = "RATE", description = "messages a second; default: the preset's")
    private @Nullable Double rate;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "default: the preset's")
    private @Nullable Long seconds;

    @Option(names = "--seed", paramLabel = "N", description = "of everything random; default: another one each time")
    private @Nullable Long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "default: relay-bench/target/soak/PRESET")
    private @Nullable Path out;

    @Mixin
    private ProjectOption projectOption;

    WatchedSoakCommand(Preset preset) {
        this.preset = preset;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        OptionalLong given = pid == null ? OptionalLong.empty() : OptionalLong.of(pid);
        return relay == null
                ? OwnRelay.during(
                        project(),
                        spec.commandLine().getErr(),
                        own -> soak(plan(own.address(), OptionalLong.of(own.pid()))))
                : soak(plan(relay, given));
    }

    private Project project() {
        return projectOption.project();
    }

    private LoadPlan plan(URI address, OptionalLong serverPid) {
        Duration length = seconds == null ? preset.length() : Duration.ofSeconds(seconds);
        if (length.toSeconds() < LEAST_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(), "--duration is " + length.toSeconds() + ", expected at least " + LEAST_SECONDS);
        }
        try {
            return new LoadPlan(
                    address,
                    serverPid,
                    Preset.crowd(),
                    Preset.pace(rate == null ? preset.rate() : rate),
                    Preset.phases(length),
                    Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                    seed == null ? ThreadLocalRandom.current().nextLong() : seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int soak(LoadPlan plan) throws IOException, InterruptedException, RunException {
        PrintWriter err = spec.commandLine().getErr();
        err.println("soak " + name() + ": " + preset.description() + ", seed " + plan.seed());
        ProgressLine progress = new ProgressLine(err, Boolean.getBoolean("monorelay.terminal"));
        Outcome outcome = new WatchedSoak(plan, progress).run();
        progress.end();
        Machine machine = Machine.here(project());
        SoakReport report = new SoakReport(
                name(), machine.processor() + ", " + machine.cores() + " cores, commit " + machine.commit(), outcome);
        Path directory = out == null
                ? project().root().resolve("relay-bench/target/soak").resolve(name())
                : out;
        report.write(directory);
        PrintWriter lines = spec.commandLine().getOut();
        lines.print(report.text());
        lines.println("written to " + directory);
        lines.flush();
        return outcome.isGood() ? 0 : 1;
    }

    private String name() {
        return preset.name().toLowerCase(Locale.ROOT);
    }
}
