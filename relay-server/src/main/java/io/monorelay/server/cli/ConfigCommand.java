package io.monorelay.server.cli;

import io.monorelay.server.config.EffectiveConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the configuration. */
@Command(
        name = "config",
        sortOptions = false,
        customSynopsis = "relay config [--config=FILE] [--SETTING=VALUE]...",
        description = {
            "Shows the configuration that 'serve' would have, and where each value comes from.",
            "What is marked as live changes while a node runs, when its file does or on SIGHUP."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingFlags settings;

    @Override
    public Integer call() throws CommandException {
        EffectiveConfig config = settings.load(spec.commandLine().getParseResult());
        PrintWriter out = spec.commandLine().getOut();
        config.describe().forEach(out::println);
        out.println();
        out.println("What that may hold in memory, if 'serve' is run on the same Java:");
        config.describeMemory().forEach(out::println);
        return ExitCode.OK;
    }
}
