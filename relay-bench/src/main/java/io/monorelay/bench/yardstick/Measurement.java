package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.ChildProcess;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs the load generator against a fresh server. Used by one thread, which may block. */
final class Measurement {
    /** The rate of accepts once the server has accepted and lost as many connections before. */
    static final String WARM_ACCEPTS = "accept_per_s_warm";

    /** What part of the messages that were due came while they were. */
    static final String SERVED = "served";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration IDLE_WARMUP = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_CROWDS = Duration.ofSeconds(3);

    private final Project project;
    private final Scratch scratch;
    private final Plan plan;
    private final Cores cores;

    Measurement(Project project, Scratch scratch, Plan plan, Cores cores) {
        this.project = project;
        this.scratch = scratch;
        this.plan = plan;
        this.cores = cores;
    }

    /**
     * Where the two programs run.
     *
     * @param server the core of the server
     * @param generator the core of the load generator
     */
    record Cores(int server, int generator) {
        /** The first two of the machine. */
        static final Cores USUAL = new Cores(0, 1);
    }

    /**
     * @param messages a file of messages that the server has not seen, unless the workload publishes none
     */
    Run run(Workload workload, Contender contender, int number, Path messages)
            throws IOException, InterruptedException, RunException {
        try (Server server = contender.start(project, scratch, cores.server())) {
            if (workload.publishes()) {
                return load(workload, contender, server, number, messages);
            }
            List<String> command = command(workload, contender, server);
            ObjectNode figures = generate(command);
            for (int crowd = 1; crowd < plan.crowds(); crowd++) {
                // The server is still taking leave of the first ones.
                Thread.sleep(BETWEEN_CROWDS);
                figures.set(WARM_ACCEPTS, generate(command).path("accept_per_s"));
            }
            return new Run(workload, contender, number, figures);
        }
    }

    /** The same against a server that runs already, with a workload that publishes. */
    Run load(Workload workload, Contender contender, Server server, int number, Path messages)
            throws IOException, InterruptedException, RunException {
        List<String> command = command(workload, contender, server);
        command.addAll(List.of("--messages", messages.toString()));
        return new Run(workload, contender, number, withShareServed(generate(command)));
    }

    /** The same for a load that is no workload: what the load generator, told to make it, printed. */
    ObjectNode load(List<String> options, Server server, Path messages)
            throws IOException, InterruptedException, RunException {
        List<String> command = command(options, server, plan.warmup(), plan.measured());
        command.addAll(List.of("--messages", messages.toString()));
        return generate(command);
    }

    /** Where the rate is not what the server makes of it. */
    private static ObjectNode withShareServed(ObjectNode figures) {
        double due = figures.path("rate").asDouble() * figures.path("receivers").asDouble();
        return due == 0
                ? figures
                : figures.put(SERVED, figures.path("deliveries_per_s").asDouble() / due);
    }

    private List<String> command(Workload workload, Contender contender, Server server) {
        List<String> options = new ArrayList<>(workload.options());
        options.addAll(contender.generatorOptions(project));
        options.addAll(List.of("--label", workload.id() + " " + contender.id()));
        if (contender.takesRepeats()) {
            options.add("--loop-messages");
        }
        return workload.publishes()
                ? command(options, server, plan.warmup(contender), plan.measured())
                : command(options, server, IDLE_WARMUP, IDLE);
    }

    private List<String> command(List<String> options, Server server, Duration warmup, Duration measured) {
        List<String> command = new ArrayList<>(List.of(project.tool("wsload")));
        command.addAll(options);
        command.addAll(List.of("--port", Integer.toString(server.port())));
        command.addAll(List.of("--warmup", Long.toString(warmup.toSeconds())));
        command.addAll(List.of("--duration", Long.toString(measured.toSeconds())));
        command.addAll(List.of("--server-pid", Long.toString(server.pid())));
        command.addAll(List.of("--server-cpu", Integer.toString(cores.server())));
        return command;
    }

    private ObjectNode generate(List<String> command) throws IOException, InterruptedException, RunException {
        Path errors = scratch.file("wsload.log");
        try (ChildProcess generator = ChildProcess.start(ChildProcess.pinned(cores.generator(), command), errors)) {
            FutureTask<byte[]> output = readAll(generator.output());
            if (!generator.succeeds(plan.mostPerRun())) {
                throw new RunException("the load generator failed, see " + errors + ": " + command);
            }
            return (ObjectNode) JSON.readTree(new String(output.get(), StandardCharsets.UTF_8));
        } catch (ExecutionException | JacksonException e) {
            throw new RunException("the load generator printed no figures, see " + errors + ": " + command, e);
        }
    }

    private static FutureTask<byte[]> readAll(InputStream stream) {
        FutureTask<byte[]> task = new FutureTask<>(stream::readAllBytes);
        Thread.ofVirtual().start(task);
        return task;
    }
}
