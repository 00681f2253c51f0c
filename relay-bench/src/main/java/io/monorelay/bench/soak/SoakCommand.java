package io.monorelay.bench.soak;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a relay for a while and judges how it bore that. */
@Command(
        name = "soak",
        customSynopsis = "scripts/soak original|quick|hour [OPTION...]",
        description =
                "Runs a relay under load for a while, and fails when it did not bear that; each preset has --help.",
        subcommands = OriginalSoakCommand.class)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class SoakCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Adds the presets that are watched, each as a command, to this one. */
    public static void addPresets(CommandLine soak) {
        for (Preset preset : Preset.values()) {
            CommandLine command = new CommandLine(new WatchedSoakCommand(preset));
            command.getCommandSpec().usageMessage().header(preset.description());
            soak.addSubcommand(preset.name().toLowerCase(Locale.ROOT), command);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no preset is named, expected original, quick or hour");
    }
}
