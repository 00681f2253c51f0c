package io.monorelay.bench.jmh;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what got slower between two runs of the benchmarks. */
@Command(
        name = "diff",
        sortOptions = false,
        description = {
            "Compares two runs of scripts/bench jmh on one machine, and says which benchmarks got slower or allocate more, "
                    + "which the other way round, and which are missing in one of them.",
            "",
            "A change counts when the error bars do not overlap, each wide enough for the means of all its processes, and "
                    + "when it is more than the tolerance. Ends with 1 when something got slower or allocates more."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "a JSON file of JMH, or a directory of results")
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "another one")
    private Path after;

    @Option(
            names = "--tolerance",
            defaultValue = "5",
            paramLabel = "PERCENT",
            description = "what a change has to exceed, however little noise there is (default: ${DEFAULT-VALUE})")
    private double tolerancePercent;

    @Override
    public Integer call() throws IOException, RunException {
        if (!(tolerancePercent >= 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--tolerance " + tolerancePercent + ", expected at least 0");
        }
        Difference difference = new Difference(JmhResults.read(before), JmhResults.read(after), tolerancePercent / 100);
        PrintWriter out = spec.commandLine().getOut();
        out.print(difference.text());
        out.flush();
        return difference.isWorse() ? 1 : 0;
    }
}
