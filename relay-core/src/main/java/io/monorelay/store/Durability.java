package io.monorelay.store;

import java.util.Locale;

/** What an acknowledged message survives. */
public enum Durability {
    /** The end of the process by any means, {@code kill -9} included. */
    COMMIT,
    /** The loss of power as well. */
    FSYNC,
    /** Nothing: messages are kept in memory, within a bound. */
    MEMORY;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name of the level in acknowledgements, in {@code hello} and in the configuration. */
    public String text() {
        return text;
    }
}
