package io.monorelay.bench.load;

import io.monorelay.bench.process.OwnRelay;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Loads a relay with nodes that publish and receive, and accounts for every delivery. */
@Command(
        name = "load",
        sortOptions = false,
        description = {
            "Connects nodes to a relay, publishes signed messages, and counts every delivery that is due: lost, repeated, "
                    + "out of order. With --rate it is an open loop: messages are due by the clock, and latencies count "
                    + "from then, so that a relay that stalls cannot hide it. Without, each publisher keeps --window "
                    + "messages outstanding.",
            "Ends with 1 when something was lost or repeated, came in the wrong order, or a link broke.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class LoadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--relay", paramLabel = "URL", description = "a relay that runs already; default: a new one")
    private @Nullable URI relay;

    @Option(names = "--pid", paramLabel = "PID", description = "the process of that relay, to watch its CPU and memory")
    private @Nullable Long pid;

    @Mixin
    private LoadOptions options;

    @Option(names = "--json", paramLabel = "FILE", description = "writes all figures, and those of each second")
    private @Nullable Path json;

    @Option(names = "--hdr", paramLabel = "FILE", description = "writes an HdrHistogram log of the deliveries")
    private @Nullable Path hdr;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        if (relay == null && pid != null) {
            throw new ParameterException(spec.commandLine(), "--pid is that of --relay, which is not given");
        }
        return relay == null
                ? loadNewRelay()
                : load(plan(relay, pid == null ? OptionalLong.empty() : OptionalLong.of(pid)));
    }

    private int loadNewRelay() throws IOException, InterruptedException, RunException {
        // A plan that cannot be made is told before a relay is started for it.
        plan(URI.create("ws://127.0.0.1"), OptionalLong.empty());
        return OwnRelay.during(
                projectOption.project(),
                spec.commandLine().getErr(),
                own -> load(plan(own.address(), OptionalLong.of(own.pid()))));
    }

    private LoadPlan plan(URI address, OptionalLong serverPid) {
        try {
            return options.plan(address, serverPid);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int load(LoadPlan plan) throws IOException, InterruptedException, RunException {
        PrintWriter err = spec.commandLine().getErr();
        ProgressLine progress = new ProgressLine(err, Boolean.getBoolean("monorelay.terminal"));
        LoadResult result;
        if (hdr == null) {
            result = new LoadRun(plan, progress).run();
        } else {
            try (PrintStream stream = new PrintStream(Files.newOutputStream(hdr), true, StandardCharsets.US_ASCII)) {
                HistogramLogWriter log = new HistogramLogWriter(stream);
                log.outputLegend();
                result = new LoadRun(plan, (moment, deliveries) -> {
                            progress.onMoment(moment, deliveries);
                            log.outputIntervalHistogram(deliveries);
                        })
                        .run();
            }
        }
        progress.end();
        return write(new LoadReport(result), result);
    }

    private int write(LoadReport report, LoadResult result) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.print(report.text());
        out.flush();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        return result.failures().isEmpty() ? 0 : 1;
    }
}
