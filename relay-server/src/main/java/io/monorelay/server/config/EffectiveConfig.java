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

    /** The keys of the settings that have another value than they had there. */
    public List<String> changedSince(EffectiveConfig before) {
        return settings.changedSince(before.settings);
    }

    /** Whether another value of that setting holds as soon as it is read, also while the node runs. */
    public static boolean canChangeLive(String key) {
        return Catalogue.LIVE.stream().anyMatch(setting -> setting.key().equals(key));
    }

    /** What these settings may hold in memory, and what there is, a line for each part. */
    public List<String> describeMemory() {
        return config.memory().lines();
    }

    /**
     * One line for each setting: {@code key = value  (default | file NAME | environment VARIABLE | --flag)}, without
     * secrets.
     */
    public List<String> describe() {
        return settings.lines();
    }
}
