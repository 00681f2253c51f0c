package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.NodeKey;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point: one program, a command for each thing that it does. */
@Command(
        name = "relay",
        description = "A relay node for peer-to-peer networks of signed messages.",
        subcommands = {
            ServeCommand.class,
            JoinCommand.class,
            KeygenCommand.class,
            SendCommand.class,
            ListenCommand.class,
            ConfigCommand.class,
            StoreCommand.class,
            RefsCommand.class,
            RehearseCommand.class
        },
        versionProvider = VersionLine.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it did what it was asked to",
            "1:it could not, or not all of it; the reason is on standard error",
            "2:the command line or the configuration is wrong"
        },
        scope = CommandLine.ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true)
public final class Main {
    /** The commands that take every setting as a flag. */
    private static final Set<String> CONFIGURED = Set.of("serve", "join", "config");

    /** The commands that take where the store is as a flag. */
    private static final Set<String> READING = Set.of("refs");

    private Main() {}

    /** Runs a command and ends the program with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int exitCode = run(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Runs a command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.registerConverter(NodeKey.class, Main::key);
        commandLine.getSubcommands().forEach((name, subcommand) -> {
            if (CONFIGURED.contains(name)) {
                SettingFlags.addTo(subcommand.getCommandSpec());
            }
            if (READING.contains(name)) {
                SettingFlags.addTo(subcommand.getCommandSpec(), StoreOptions::isOne);
            }
            // Only the tools of the store are commands of a command.
            subcommand
                    .getSubcommands()
                    .values()
                    .forEach(tool -> SettingFlags.addTo(tool.getCommandSpec(), StoreOptions::isOne));
        });
        commandLine.setOut(out);
        commandLine.setErr(err);
        commandLine.setExecutionExceptionHandler(Main::onFailure);
        commandLine.setParameterExceptionHandler(Main::onUsage);
        return commandLine.execute(arguments);
    }

    private static NodeKey key(String text) {
        try {
            return NodeKey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static int onFailure(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof CommandException expected) {
            command.getErr().println("relay: " + expected.line());
            return expected.exitCode();
        }
        throw failure;
    }

    private static int onUsage(CommandLine.ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("relay: " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** UTF-8 whatever the locale: what is printed is meant for other programs too. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), UTF_8), true);
    }
}
