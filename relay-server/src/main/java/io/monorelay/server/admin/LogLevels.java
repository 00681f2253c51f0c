package io.monorelay.server.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.monorelay.server.config.RelayConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** How much is logged, which may change while the node runs. Any thread. */
public final class LogLevels {
    private LogLevels() {}

    /** The level as it is now, in lower case. */
    static String current() {
        return String.valueOf(root().getLevel()).toLowerCase(Locale.ROOT);
    }

    /** The level of that name, if it is one. */
    static Optional<RelayConfig.LogLevel> named(String name) {
        return Arrays.stream(RelayConfig.LogLevel.values())
                .filter(level -> level.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** All names, as one reads them. */
    static String names() {
        return Arrays.stream(RelayConfig.LogLevel.values())
                .map(level -> level.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** From now on that much is logged. */
    public static void set(RelayConfig.LogLevel level) {
        root().setLevel(Level.valueOf(level.name()));
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
