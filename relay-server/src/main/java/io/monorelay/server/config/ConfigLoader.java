package io.monorelay.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the configuration together. A flag goes before the environment, that before the file, that before the default. */
public final class ConfigLoader {
    /** Variables of the same prefix that the launcher reads. */
    private static final Set<String> NOT_SETTINGS = Set.of("MONORELAY_JAVA_OPTS", "MONORELAY_NO_AOT");

    private ConfigLoader() {}

    /** The environment of this process, of which nothing else reads. */
    public static Map<String, String> environment() {
        return System.getenv();
    }

    /**
     * Loads and checks a configuration.
     *
     * @param file YAML, or null for none
     * @param environment of which the variables that begin with {@code MONORELAY_} count
     * @param flags from the command line, by key without the dashes
     * @throws ConfigException at the first thing that is unknown, unreadable, out of bounds or contradictory
     */
    public static EffectiveConfig load(@Nullable Path file, Map<String, String> environment, Map<String, String> flags)
            throws ConfigException {
        return load(file, environment, flags, Map.of());
    }

    /** The same where some defaults are others than those of the catalogue. */
    public static EffectiveConfig load(
            @Nullable Path file,
            Map<String, String> environment,
            Map<String, String> flags,
            Map<String, String> defaults)
            throws ConfigException {
        List<Source> sources = new ArrayList<>();
        sources.add(Source.defaults(defaults));
        sources.addAll(sources(Catalogue.all(), file, environment, flags));
        return new EffectiveConfig(Settings.resolve(Catalogue.all(), sources));
    }

    static Settings settings(
            List<Setting<?>> catalogue, @Nullable Path file, Map<String, String> environment, Map<String, String> flags)
            throws ConfigException {
        return Settings.resolve(catalogue, sources(catalogue, file, environment, flags));
    }

    private static List<Source> sources(
            List<Setting<?>> catalogue, @Nullable Path file, Map<String, String> environment, Map<String, String> flags)
            throws ConfigException {
        KnownKeys keys = new KnownKeys(catalogue, Setting::key);
        KnownKeys variables = new KnownKeys(catalogue, Setting::environmentVariable);
        List<Source> sources = new ArrayList<>();
        if (file != null) {
            sources.add(Source.file(file, YamlFile.read(file, keys)));
        }
        sources.add(Source.environment(fromEnvironment(environment, variables)));
        sources.add(Source.flags(fromFlags(flags, keys)));
        return sources;
    }

    private static Map<String, String> fromEnvironment(Map<String, String> environment, KnownKeys variables)
            throws ConfigException {
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
            String name = entry.getKey();
            if (!name.startsWith(Setting.ENVIRONMENT_PREFIX) || NOT_SETTINGS.contains(name)) {
                continue;
            }
            Setting<?> setting = variables.find(name);
            if (setting == null) {
                throw variables.unknown(name, "environment variable " + name);
            }
            values.put(setting.key(), entry.getValue());
        }
        return values;
    }

    private static Map<String, String> fromFlags(Map<String, String> flags, KnownKeys keys) throws ConfigException {
        for (String key : new TreeMap<>(flags).keySet()) {
            if (keys.find(key) == null) {
                throw keys.unknown(key, "flag --" + key);
            }
        }
        return flags;
    }
}
