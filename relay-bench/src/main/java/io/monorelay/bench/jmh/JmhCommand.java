package io.monorelay.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.ProjectOption;
import io.monorelay.bench.process.Results;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.yardstick.Machine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Runs the benchmarks of single classes. */
@Command(
        name = "jmh",
        customSynopsis = "scripts/bench jmh [PATTERN...] [--quick] [JMH-OPTION...]",
        sortOptions = false,
        description = {
            "Runs the benchmarks whose class and method match a pattern, or all, with the allocation of each operation. "
                    + "Writes a table and JMH's own JSON to relay-bench/results/DATE-MACHINE, as jmh or jmh-PATTERN; "
                    + "scripts/bench diff compares two of them.",
            "",
            "Each is measured in three processes for 2.5 s, after 1.5 s of warm-up, unless the options of JMH say "
                    + "otherwise: -f processes, -i and -r iterations and their time, -wi and -w the same for the warm-up, "
                    + "-p PARAMETER=VALUE,... and all others. -l lists the benchmarks.",
            ""
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class JmhCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "one process each for a second; results go to target/")
    private boolean quick;

    @Option(names = "--jmh-help", description = "show the options of JMH and end")
    private boolean jmhHelp;

    @Mixin
    private ProjectOption projectOption;

    @Unmatched
    private final List<String> forJmh = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException, RunException {
        CommandLineOptions asked = parse();
        if (jmhHelp) {
            asked.showHelp();
        } else if (asked.shouldList()) {
            new Runner(asked).list();
        } else {
            write(run(asked), asked.getIncludes());
        }
        return 0;
    }

    private CommandLineOptions parse() {
        try {
            return new CommandLineOptions(forJmh.toArray(String[]::new));
        } catch (CommandLineOptionException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Collection<RunResult> run(CommandLineOptions asked) throws RunException {
        try {
            return new Runner((quick ? Effort.QUICK : Effort.FULL).complete(asked)).run();
        } catch (RunnerException failure) {
            throw new RunException(String.valueOf(failure.getMessage()), failure);
        }
    }

    private void write(Collection<RunResult> results, List<String> patterns) throws IOException, InterruptedException {
        Project project = projectOption.project();
        Machine machine = Machine.here(project);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        JsonNode json = json(results);
        Results.of(project, today, machine.shortName(), quick)
                .write(
                        fileName(patterns),
                        new JmhReport(today, machine, json).markdown(),
                        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n",
                        spec.commandLine().getOut());
    }

    /** As JMH writes it, but for where this machine has its JDK. */
    private static JsonNode json(Collection<RunResult> results) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(written, false, UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        JsonNode json = JsonMapper.shared().readTree(written.toByteArray());
        json.forEach(result -> ((ObjectNode) result).remove("jvm"));
        return json;
    }

    /** Runs of other benchmarks on the same day keep their files. */
    private static String fileName(List<String> patterns) {
        String name = String.join("-", patterns).replaceAll("\\W+", "-").replaceAll("^-|-$", "");
        return name.isEmpty() ? "jmh" : "jmh-" + name;
    }
}
