package io.monorelay.bench.load;

import java.net.URI;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a load is. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LoadOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Option(names = "--nodes", defaultValue = "100", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
    private int nodes;

    @Option(
            names = "--publishers",
            defaultValue = "1",
            paramLabel = "N",
            description = "how many of them publish as well; default: ${DEFAULT-VALUE}")
    private int publishers;

    @Option(
            names = "--v1",
            defaultValue = "0",
            paramLabel = "N",
            description = "how many of them are as an original node is; default: ${DEFAULT-VALUE}")
    private int originals;

    @Option(
            names = "--slow",
            defaultValue = "0",
            paramLabel = "N",
            description = "how many of them read for a tenth of the time only; default: ${DEFAULT-VALUE}")
    private int slow;

    @Option(
            names = "--churn",
            defaultValue = "0",
            paramLabel = "RATE",
            description =
                    "how often a second one of a quarter of them leaves and comes back; default: ${DEFAULT-VALUE}")
    private double churn;

    @Option(
            names = "--rate",
            defaultValue = "0",
            paramLabel = "RATE",
            description = "messages a second of all publishers together; default: as many as are answered")
    private double rate;

    @Option(
            names = "--window",
            defaultValue = "64",
            paramLabel = "N",
            description =
                    "without --rate, messages of a publisher that wait for their answer; default: ${DEFAULT-VALUE}")
    private int window;

    @Option(
            names = "--size",
            defaultValue = "128",
            paramLabel = "BYTES",
            description = "data of a message, at least " + Label.LENGTH + "; default: ${DEFAULT-VALUE}")
    private int size;

    @Option(
            names = "--ramp",
            defaultValue = "0",
            paramLabel = "SECONDS",
            description = "lets the rate rise from zero for so long; default: ${DEFAULT-VALUE}")
    private long ramp;

    @Option(names = "--warmup", defaultValue = "5", paramLabel = "SECONDS", description = "default: ${DEFAULT-VALUE}")
    private long warmup;

    @Option(
            names = "--duration",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "what is measured, after ramp and warm-up; default: ${DEFAULT-VALUE}")
    private long duration;

    @Option(names = "--threads", paramLabel = "N", description = "event loops of the nodes; default: half of the cores")
    private @Nullable Integer threads;

    @Option(names = "--seed", paramLabel = "N", description = "of everything random; default: another one each time")
    private @Nullable Long seed;

    /** @throws IllegalArgumentException if there can be no such run, naming what is wrong */
    LoadPlan plan(URI relay, OptionalLong serverPid) {
        Crowd crowd = new Crowd(nodes, publishers, originals, slow, churn);
        Pace pace = new Pace(rate, rate > 0 ? Pace.OPEN : window, size);
        Phases phases = new Phases(
                Duration.ofSeconds(ramp), Duration.ofSeconds(warmup), Duration.ofSeconds(duration), PATIENCE);
        int loops = threads == null ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
        long start = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
        return new LoadPlan(relay, serverPid, crowd, pace, phases, loops, start);
    }
}
