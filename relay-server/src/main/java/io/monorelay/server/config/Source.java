package io.monorelay.server.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * Texts for some of the settings, given in one place.
 *
 * @param values by key of the setting
 * @param place where exactly a setting is given here, for people
 */
record Source(Map<String, String> values, Function<Setting<?>, String> place) {
    Source {
        values = Map.copyOf(values);
    }

    static Source defaults(Map<String, String> values) {
        return new Source(values, setting -> "default of this command");
    }

    static Source file(Path file, Map<String, String> values) {
        return new Source(values, setting -> "file " + file);
    }

    static Source environment(Map<String, String> values) {
        return new Source(values, setting -> "environment " + setting.environmentVariable());
    }

    static Source flags(Map<String, String> values) {
        return new Source(values, setting -> "--" + setting.key());
    }
}
