package io.monorelay.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a relay until it is told to stop. */
@Command(
        name = "serve",
        sortOptions = false,
        customSynopsis = "relay serve [--listen=HOST:PORT] [--data=DIR] [--config=FILE] [--SETTING=VALUE]...",
        description = {
            "Runs a relay until Ctrl-C or SIGTERM, which end it with exit code 0.",
            "Its key is made on the first start and kept in the data directory, as node.key.",
            "When the file of --config changes, or on SIGHUP, it is read again: what is [live] then holds at once."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingFlags settings;

    @Override
    public Integer call() throws CommandException, InterruptedException {
        Reload.Source source = () -> settings.load(spec.commandLine().getParseResult());
        Serving.untilStopped(new Serving.Plan(source.load(), source, settings.file()), spec.commandLine());
        return ExitCode.OK;
    }
}
