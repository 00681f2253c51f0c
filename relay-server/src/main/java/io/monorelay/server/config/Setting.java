package io.monorelay.server.config;

import java.util.Locale;

/**
 * One thing that can be configured; {@link Catalogue} lists them all.
 *
 * @param <T> what its text is read as
 */
public final class Setting<T> {
    /** What the name of every environment variable of the relay begins with. */
    static final String ENVIRONMENT_PREFIX = "MONORELAY_";

    private final String key;
    private final String defaultText;
    private final ValueType<T> type;
    private final String description;
    private final boolean secret;
    private final boolean live;

    private Setting(
            String key, String defaultText, ValueType<T> type, String description, boolean secret, boolean live) {
        this.key = key;
        this.defaultText = defaultText;
        this.type = type;
        this.description = description;
        this.secret = secret;
        this.live = live;
    }

    static <T> Setting<T> of(String key, String defaultText, ValueType<T> type, String description) {
        return new Setting<>(key, defaultText, type, description, false, false);
    }

    /** The same setting, its value never shown. */
    Setting<T> hidden() {
        return new Setting<>(key, defaultText, type, description, true, live);
    }

    /** The same setting, another value of which holds as soon as a running node has read it. */
    Setting<T> changeable() {
        return new Setting<>(key, defaultText, type, description, secret, true);
    }

    /** The name in the file, {@code section.name}, and after two dashes the flag on the command line. */
    public String key() {
        return key;
    }

    /** The name of its environment variable. */
    public String environmentVariable() {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** What holds where nothing is configured, as it would be written in the file. */
    public String defaultText() {
        return defaultText;
    }

    /** What it is for, in one line. */
    public String description() {
        return description;
    }

    /** What is accepted, in one line. */
    public String expected() {
        return type.expected();
    }

    /** Whether its value is hidden wherever the configuration is shown. */
    public boolean isSecret() {
        return secret;
    }

    /** Whether another value holds as soon as a running node has read it; if not, only when it is started again. */
    public boolean isLive() {
        return live;
    }

    ValueType<T> type() {
        return type;
    }

    @Override
    public String toString() {
        return key;
    }
}
