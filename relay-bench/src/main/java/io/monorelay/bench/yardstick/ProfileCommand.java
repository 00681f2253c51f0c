package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.profile.Profile;
import io.monorelay.bench.profile.Profiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows where the relay's time goes. */
@Command(
        name = "profile",
        customSynopsis = "scripts/bench profile [--quick] [WORKLOAD...]",
        sortOptions = false,
        description = {
            "Runs the relay under workloads of the yardstick with async-profiler in it, and writes for each a flame graph that "
                    + "a browser shows, and a table of what each layer takes, to relay-bench/results/DATE-MACHINE. Linux "
                    + "only; the stacks of the kernel are in it when kernel.perf_event_paranoid allows it, or for root.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ProfileCommand implements Callable<Integer> {
    private static final List<String> DEFAULT_WORKLOADS = List.of("W1", "W3");
    private static final Plan FULL =
            new Plan(1, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(10), 1);
    private static final Duration CONNECTING = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "what to run (default: W1 W3)")
    private List<String> names;

    @Option(names = "--quick", description = "short runs, to see that all works; results go to target/")
    private boolean quick;

    @Mixin
    private ProjectOption projectOption;

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        List<Workload> workloads = workloads();
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        Plan plan = quick ? Plan.QUICK : FULL;
        boolean good = true;
        for (Workload workload : workloads) {
            Scratch scratch = new Scratch();
            ProfileReport report = profile(workload, project, scratch, plan, machine);
            Results results = Results.of(project, report.circumstances().date(), machine.shortName(), quick);
            String name = Workload.fileName("profile", List.of(workload));
            results.write(name + ".html", Files.readAllBytes(scratch.file("flames.html")));
            results.write(
                    name,
                    report.markdown(name + ".html"),
                    report.json(),
                    spec.commandLine().getOut());
            good &= report.run().flaws().isEmpty();
            scratch.delete();
        }
        return good ? 0 : 1;
    }

    private List<Workload> workloads() {
        List<Workload> workloads = Workload.chosen(names, DEFAULT_WORKLOADS, spec);
        if (!workloads.stream().allMatch(Workload::publishes)) {
            throw new ParameterException(spec.commandLine(), "nothing is done in " + Workload.W5.id());
        }
        return workloads;
    }

    private ProfileReport profile(Workload workload, Project project, Scratch scratch, Plan plan, Machine machine)
            throws IOException, InterruptedException, RunException {
        Measurement measurement = new Measurement(project, scratch, plan, Measurement.Cores.USUAL);
        Path messages = Comparison.sign(
                workload, plan, scratch, new Progress(spec.commandLine().getErr()));
        try (Server relay = Contender.RELAY.start(project, scratch, Measurement.Cores.USUAL.server())) {
            Profiler profiler = new Profiler(relay.pid(), scratch.file("libasyncProfiler.so"));
            FutureTask<Profile> profile = new FutureTask<>(() -> watch(profiler, workload, scratch, plan));
            Thread.ofVirtual().name("profiler").start(profile);
            Run run = measurement.load(workload, Contender.RELAY, relay, 1, messages);
            Circumstances circumstances = new Circumstances(LocalDate.now(ZoneOffset.UTC), machine, plan);
            return new ProfileReport(circumstances, run, profile.get());
        } catch (ExecutionException e) {
            throw new RunException("no profile of " + workload.id() + ": " + e.getCause(), e);
        }
    }

    /** Looks at the relay while it is measured, but for the first and the last moment of that. */
    private static Profile watch(Profiler profiler, Workload workload, Scratch scratch, Plan plan)
            throws IOException, InterruptedException, RunException {
        Thread.sleep(plan.warmup().plus(CONNECTING));
        profiler.start();
        Thread.sleep(plan.measured().minus(CONNECTING.multipliedBy(2)).plusMillis(500));
        profiler.stop();
        Path collapsed = scratch.file("stacks.collapsed");
        profiler.write(collapsed, scratch.file("flames.html"), "Monorelay " + workload.id());
        return Profile.read(collapsed);
    }
}
