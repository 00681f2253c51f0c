package io.monorelay.server.cli;

import io.monorelay.server.config.Catalogue;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.EffectiveConfig;
import io.monorelay.server.config.Setting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The configuration as a command is given it: a file, and every setting as a flag of its own. */
final class SettingFlags {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "a YAML file; flags and environment variables go before it")
    private @Nullable Path file;

    /** Adds a flag for each setting to a command. */
    static void addTo(CommandSpec spec) {
        addTo(spec, key -> true);
    }

    /** Adds a flag for each of these settings to a command. */
    static void addTo(CommandSpec spec, Predicate<String> keys) {
        for (Setting<?> setting : Catalogue.all()) {
            if (!keys.test(setting.key())) {
                continue;
            }
            spec.addOption(OptionSpec.builder("--" + setting.key())
                    .paramLabel(paramLabel(setting))
                    .type(String.class)
                    .description(description(setting))
                    .build());
        }
    }

    /** The file that it is read from. */
    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** The configuration that holds. */
    EffectiveConfig load(ParseResult parsed) throws CommandException {
        return load(parsed, Map.of(), Map.of());
    }

    /**
     * The same for a command that decides some of it.
     *
     * @param given what the command says, as if by flags
     * @param defaults what holds where nothing else is said
     */
    EffectiveConfig load(ParseResult parsed, Map<String, String> given, Map<String, String> defaults)
            throws CommandException {
        Map<String, String> flags = flags(parsed);
        flags.putAll(given);
        try {
            return ConfigLoader.load(file, ConfigLoader.environment(), flags, defaults);
        } catch (ConfigException e) {
            throw CommandException.usage(e.line(), e);
        }
    }

    private static Map<String, String> flags(ParseResult parsed) {
        Map<String, String> flags = new HashMap<>();
        for (Setting<?> setting : Catalogue.all()) {
            String value = parsed.matchedOptionValue("--" + setting.key(), (String) null);
            if (value != null) {
                flags.put(setting.key(), value);
            }
        }
        return flags;
    }

    private static String paramLabel(Setting<?> setting) {
        return switch (setting.key()) {
            case "listen" -> "HOST:PORT";
            case "data" -> "DIR";
            default -> "VALUE";
        };
    }

    /** A percent sign would be taken for a format. */
    private static String description(Setting<?> setting) {
        String text = setting.defaultText();
        String byDefault = text.isEmpty() ? "" : " (default: " + text + ")";
        String live = setting.isLive() ? " [live]" : "";
        return (setting.description() + byDefault + live).replace("%", "%%");
    }
}
