package io.monorelay.bench;

import io.monorelay.bench.jmh.DiffCommand;
import io.monorelay.bench.jmh.JmhCommand;
import io.monorelay.bench.load.LoadCommand;
import io.monorelay.bench.messages.MessagesCommand;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.siege.SiegeCommand;
import io.monorelay.bench.soak.SoakCommand;
import io.monorelay.bench.start.StartCommand;
import io.monorelay.bench.store.StoreCommand;
import io.monorelay.bench.storm.StormCommand;
import io.monorelay.bench.yardstick.CompareCommand;
import io.monorelay.bench.yardstick.MixedCommand;
import io.monorelay.bench.yardstick.ProfileCommand;
import io.monorelay.bench.yardstick.ScaleCommand;
import io.monorelay.bench.yardstick.YardstickCommand;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry point of the benchmarks' own programs. */
@Command(
        name = "scripts/bench",
        description = "Programs that measure and try a relay.",
        subcommands = {
            JmhCommand.class,
            DiffCommand.class,
            CompareCommand.class,
            LoadCommand.class,
            MessagesCommand.class,
            StoreCommand.class,
            StormCommand.class,
            StartCommand.class,
            MixedCommand.class,
            ProfileCommand.class,
            ScaleCommand.class,
            YardstickCommand.class,
            SoakCommand.class,
            SiegeCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:it is not; the reason is on standard error or in what was printed",
            "2:the command line is wrong"
        },
        scope = CommandLine.ScopeType.INHERIT,
        usageHelpAutoWidth = true)
public final class Main {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "show this and end")
    @SuppressWarnings("UnusedVariable") // picocli reads the annotation
    private boolean help;

    private Main() {}

    /** Runs a command and ends the program with its exit code. */
    public static void main(String[] arguments) {
        // Set up while there is one thread: what others log meanwhile, SLF4J keeps back and complains about.
        LoggerFactory.getILoggerFactory();
        CommandLine commandLine = new CommandLine(new Main());
        SoakCommand.addPresets(
                Objects.requireNonNull(commandLine.getSubcommands().get("soak")));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(Main::onFailure);
        System.exit(commandLine.execute(arguments));
    }

    private static int onFailure(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        String line = switch (failure) {
            case RunException expected -> String.valueOf(expected.getMessage());
            // The name of its class is half of what such an exception says.
            case IOException io -> io.getClass().getSimpleName() + ": " + io.getMessage();
            default -> throw failure;
        };
        command.getErr().println(command.getCommandName() + ": " + line);
        return CommandLine.ExitCode.SOFTWARE;
    }
}
