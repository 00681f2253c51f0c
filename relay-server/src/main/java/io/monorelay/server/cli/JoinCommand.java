package io.monorelay.server.cli;

import io.monorelay.server.config.EffectiveConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a node that takes part through relays, without an address of its own, until it is told to stop. */
@Command(
        name = "join",
        sortOptions = false,
        customSynopsis = "relay join URL... [--listen=HOST:PORT] [--data=DIR] [--config=FILE] [--SETTING=VALUE]...",
        description = {
            "Runs a node that dials out to relays and takes part through them, until Ctrl-C or SIGTERM.",
            "Applications on this machine talk to it as to a relay. What it publishes while no relay can be",
            "reached goes out when one can. Its key is made on the first start and kept in the data directory."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class JoinCommand implements Callable<Integer> {
    /** Where it listens unless it is told otherwise: for this machine alone, and beside a relay's own port. */
    private static final String LISTEN = "127.0.0.1:8001";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "relays, such as wss://relay.example.org")
    private List<String> relays = List.of();

    @Mixin
    private SettingFlags settings;

    @Override
    public Integer call() throws CommandException, InterruptedException {
        Map<String, String> given = new HashMap<>(Map.of("node.public", "false"));
        if (!relays.isEmpty()) {
            given.put("links", String.join(",", relays));
        }
        Reload.Source source =
                () -> settings.load(spec.commandLine().getParseResult(), given, Map.of("listen", LISTEN));
        EffectiveConfig config = source.load();
        if (config.config().links().toDial().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "no relay to join: expected at least one URL, such as wss://relay.example.org");
        }
        Serving.untilStopped(new Serving.Plan(config, source, settings.file()), spec.commandLine());
        return ExitCode.OK;
    }
}
