package io.monorelay.bench.soak;

import io.monorelay.bench.process.OwnRelay;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Repeats the test that the original prototype failed after about ten seconds. */
@Command(
        name = "original",
        header = "the test that the original prototype failed: a message every 0.5 seconds, both ways",
        customSynopsis = "scripts/soak original [--pace=FACTOR] [--nodes=LEVEL,LEVEL...] [--relay=URL]",
        sortOptions = false,
        description = {
            "Repeats the test that the original prototype failed: every node sends a message every 0.5 seconds for "
                    + "30 seconds, all at once, through one relay.",
            "Good when every message was validated, acknowledged to its sender and delivered once to every other node, "
                    + "whose signature check it passed, and no connection was lost."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class OriginalSoakCommand implements Callable<Integer> {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int MESSAGES_EACH = 60;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--pace",
            defaultValue = "1",
            paramLabel = "FACTOR",
            description = "so many times as fast; default: ${DEFAULT-VALUE}")
    private double pace;

    @Option(
            names = "--nodes",
            split = ",",
            defaultValue = "V1,V1",
            paramLabel = "LEVEL",
            description =
                    "two or more, each V1 (as an original node) or V2 (our own client); default: ${DEFAULT-VALUE}")
    private List<SoakNode.Level> levels;

    @Option(names = "--relay", paramLabel = "URL", description = "a relay that runs already; default: a new one")
    private @Nullable URI relay;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        if (!(pace >= 0.01 && pace <= 1000)) {
            throw new ParameterException(spec.commandLine(), "--pace is " + pace + ", expected 0.01 to 1000");
        }
        if (levels.size() < 2) {
            throw new ParameterException(
                    spec.commandLine(), "--nodes names " + levels.size() + ", expected at least 2");
        }
        Project project = projectOption.project();
        return relay == null
                ? OwnRelay.during(project, spec.commandLine().getErr(), own -> soak(own.address()))
                : soak(relay);
    }

    private int soak(URI address) throws InterruptedException, RunException {
        Soak soak = new Soak(address, Duration.ofNanos(Math.round(INTERVAL.toNanos() / pace)), MESSAGES_EACH);
        PrintWriter out = spec.commandLine().getOut();
        out.println(levels + " at " + address + ", " + MESSAGES_EACH + " messages each in "
                + soak.length().toMillis() / 1000.0 + " s");
        out.flush();
        Ledger ledger = soak.run(levels);
        out.println(ledger.summary());
        out.flush();
        return ledger.isGood() ? 0 : 1;
    }
}
