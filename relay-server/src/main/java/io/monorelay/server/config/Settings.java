package io.monorelay.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A value for every setting, each with the place that it came from. Immutable. */
final class Settings {
    private record Resolved(Object value, String text, String place) {}

    private final Map<Setting<?>, Resolved> resolved;

    private Settings(Map<Setting<?>, Resolved> resolved) {
        this.resolved = resolved;
    }

    /**
     * Reads every setting from the last source that gives it, or from its default.
     *
     * @param sources in rising precedence, holding no keys but those of the settings
     */
    static Settings resolve(List<Setting<?>> settings, List<Source> sources) throws ConfigException {
        Map<Setting<?>, Resolved> resolved = new LinkedHashMap<>();
        for (Setting<?> setting : settings) {
            resolved.put(setting, resolve(setting, sources));
        }
        return new Settings(resolved);
    }

    private static Resolved resolve(Setting<?> setting, List<Source> sources) throws ConfigException {
        String text = setting.defaultText();
        String place = "default";
        for (Source source : sources) {
            String given = source.values().get(setting.key());
            if (given != null) {
                text = given;
                place = source.place().apply(setting);
            }
        }
        Object value = setting.type().parser().parse(text);
        if (value == null) {
            throw new ConfigException(shown(setting, text, place) + ": expected " + setting.expected());
        }
        return new Resolved(value, text, place);
    }

    /** The value of a setting. */
    @SuppressWarnings("unchecked")
    <T> T get(Setting<T> setting) {
        // Put there by resolve, from the parser of the same setting.
        return (T) of(setting).value();
    }

    /** The value of a byte size whose upper bound is an int. */
    int getIntBytes(Setting<Long> setting) {
        return Math.toIntExact(get(setting));
    }

    /** {@code key = value (place)}, for messages; a secret is hidden. */
    String shown(Setting<?> setting) {
        Resolved value = of(setting);
        return shown(setting, value.text(), value.place());
    }

    /** {@code key = value}, for messages; a secret is hidden. */
    String assignment(Setting<?> setting) {
        return setting.key() + " = " + printable(setting, of(setting).text());
    }

    /** One line for each setting, in the order of the catalogue. */
    List<String> lines() {
        return resolved.keySet().stream()
                .map(setting -> shown(setting) + (setting.isLive() ? "  live" : ""))
                .toList();
    }

    /** Those that have another text than there. */
    List<Setting<?>> changedSince(Settings before) {
        List<Setting<?>> changed = new ArrayList<>();
        for (Setting<?> setting : resolved.keySet()) {
            if (!of(setting).text().equals(before.of(setting).text())) {
                changed.add(setting);
            }
        }
        return changed;
    }

    /** {@code key = value (place), was value}, for messages. */
    String shownChange(Setting<?> setting, Settings before) {
        return shown(setting) + ", was " + printable(setting, before.of(setting).text());
    }

    /** These, but for some that are as they are there. */
    Settings with(Settings others, Predicate<Setting<?>> taken) {
        Map<Setting<?>, Resolved> mixed = new LinkedHashMap<>(resolved);
        mixed.replaceAll((setting, own) -> taken.test(setting) ? others.of(setting) : own);
        return new Settings(mixed);
    }

    private Resolved of(Setting<?> setting) {
        Resolved value = resolved.get(setting);
        if (value == null) {
            throw new IllegalArgumentException(setting + " is not among these settings");
        }
        return value;
    }

    private static String shown(Setting<?> setting, String text, String place) {
        return setting.key() + " = " + printable(setting, text) + "  (" + place + ")";
    }

    private static String printable(Setting<?> setting, String text) {
        if (setting.isSecret() && !text.isEmpty()) {
            return "(hidden)";
        }
        if (setting.type().isList()) {
            return "[" + text + "]";
        }
        boolean plain =
                !text.isBlank() && text.strip().equals(text) && text.chars().noneMatch(Character::isISOControl);
        return plain ? text : '"' + text.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
