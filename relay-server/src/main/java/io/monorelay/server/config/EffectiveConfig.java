package io.monorelay.server.config;

import java.util.List;

/** The configuration that holds, together with where each value came from. Immutable. */
public final class EffectiveConfig {
    private final RelayConfig config;
    private final Settings settings;

    EffectiveConfig(Settings settings) throws ConfigException {
        this.config = RelayConfig.from(settings);
        this.settings = settings;
    }

    /** The values. */
    public RelayConfig config() {
        return config;
    }

    /**
     * One line for each setting: {@code key = value  (default | file NAME | environment VARIABLE | --flag)}, without
     * secrets.
     */
    public List<String> describe() {
        return settings.lines();
    }
}
