package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.ChildProcess;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs W2 against a fresh relay, with slow peers beside it. Used by one thread, which may block. */
final class Mixed {
    private static final Path SOCKETS = Path.of("/proc/net/sockstat");
    private static final int PAGE_BYTES = 4096;
    /** Of what is published. */
    private static final int SLOW_TAKE_ONE_IN = 10;

    private final Project project;
    private final Scratch scratch;
    private final Measurement measurement;
    private final Measurement.Cores cores;
    private final Plan plan;
    private final Path messages;

    /** @param messages a file of messages, for each run the same, since each has a relay of its own */
    Mixed(
            Project project,
            Scratch scratch,
            Measurement measurement,
            Measurement.Cores cores,
            Plan plan,
            Path messages) {
        this.project = project;
        this.scratch = scratch;
        this.measurement = measurement;
        this.cores = cores;
        this.plan = plan;
        this.messages = messages;
    }

    /**
     * @param laggards how many read a tenth of what comes
     * @param laggardBytes what the relay may keep for them, as its setting has it
     */
    MixedRun run(int laggards, String laggardBytes, int number) throws IOException, InterruptedException, RunException {
        int bytesPerSecond = Workload.W2.mostMessagesPerSecond() * messageBytes() / SLOW_TAKE_ONE_IN;
        try (Server server = start(laggardBytes);
                Laggards slow = Laggards.connect(server.port(), laggards, bytesPerSecond)) {
            Run run = measurement.load(Workload.W2, Contender.RELAY, server, number, messages);
            return new MixedRun(run, slow.ended(), takenShare(slow.bytesRead(), laggards), kernelBytes());
        }
    }

    private double takenShare(long bytesRead, int laggards) throws IOException {
        double published = (double) plan.publishingSeconds() * Workload.W2.mostMessagesPerSecond() * messageBytes();
        return laggards == 0 ? 0 : bytesRead / published / laggards;
    }

    private int messageBytes() throws IOException {
        try (Stream<String> lines = Files.lines(messages)) {
            return lines.findFirst().orElseThrow().length();
        }
    }

    private Server start(String laggardBytes) throws IOException, InterruptedException, RunException {
        Path config = scratch.file("relay.yaml");
        Files.writeString(config, "fanout: {laggard-bytes: " + laggardBytes + "}\n");
        List<String> command = List.of(
                project.relay(),
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                scratch.file("data-" + System.nanoTime()).toString(),
                "--config",
                config.toString());
        return Server.thatSaysItsPort(ChildProcess.pinned(cores.server(), command), scratch.file("relay.log"));
    }

    /** Zero where the system does not say. */
    private static double kernelBytes() throws IOException {
        if (!Files.isReadable(SOCKETS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(SOCKETS)) {
            return lines.filter(line -> line.startsWith("TCP:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll(".* mem (\\d+).*", "$1")) * PAGE_BYTES)
                    .sum();
        }
    }
}
