package io.monorelay.server.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The names under which settings are given in one kind of source, and what to say of one that is not among them. */
final class KnownKeys {
    private final Map<String, Setting<?>> settings;

    KnownKeys(List<Setting<?>> settings, Function<Setting<?>, String> name) {
        this.settings = settings.stream().collect(Collectors.toUnmodifiableMap(name, Function.identity()));
    }

    @Nullable
    Setting<?> find(String name) {
        return settings.get(name);
    }

    /** Whether a name is the first part of names, and no setting itself. */
    boolean isSection(String name) {
        return settings.keySet().stream().anyMatch(known -> known.startsWith(name + "."));
    }

    ConfigException unknown(String name, String place) {
        return new ConfigException("unknown " + place + ": did you mean " + nearest(name) + "?");
    }

    private String nearest(String name) {
        return settings.keySet().stream()
                .min(Comparator.<String>comparingInt(known -> distance(name, known))
                        .thenComparing(known -> known))
                .orElseThrow();
    }

    /** The number of characters to insert, delete or replace to get from one text to the other (Levenshtein). */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
