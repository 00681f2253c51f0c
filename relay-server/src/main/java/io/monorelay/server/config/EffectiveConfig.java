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

    /** The settings that have another value than they had there. */
    public List<Setting<?>> changedSince(EffectiveConfig before) {
        return settings.changedSince(before.settings);
    }

    /** {@code key = value (place), was value} of such a setting, without secrets. */
    public String describeChange(Setting<?> setting, EffectiveConfig before) {
        return settings.shownChange(setting, before.settings);
    }

    /**
     * What holds of a configuration that a running node has read: every other setting has the value that it was started with.
     *
     * @throws ConfigException where those contradict what could change
     */
    public EffectiveConfig withLiveOf(EffectiveConfig fresh) throws ConfigException {
        return new EffectiveConfig(settings.with(fresh.settings, Setting::isLive));
    }

    /** What these settings may hold in memory, and what there is, a line for each part. */
    public List<String> describeMemory() {
        return config.memory().lines();
    }

    /**
     * One line for each setting: {@code key = value  (default | file NAME | environment VARIABLE | --flag)}, without
     * secrets, and {@code live} where another value holds as soon as a running node has read it.
     */
    public List<String> describe() {
        return settings.lines();
    }
}
