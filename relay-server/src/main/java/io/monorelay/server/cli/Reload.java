package io.monorelay.server.cli;

import io.monorelay.metrics.Traffic;
import io.monorelay.server.admin.LogLevels;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.EffectiveConfig;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.config.Setting;
import io.monorelay.server.node.RelayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration of a running node again, on SIGHUP or when its file has changed. What can change while the node
 * runs does; what cannot is said by name. A configuration with a mistake in it changes nothing. Works on a thread of its
 * own.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final int LOOK_SECONDS = 1;
    private static final String LOG_LEVEL = "log-level";

    /** How the configuration was put together, to do it once more. */
    interface Source {
        EffectiveConfig load() throws CommandException;
    }

    // fixed after construction
    private final Source source;
    private final EffectiveConfig started;
    private final Optional<Path> file;
    private final RelayNode node;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("reload").daemon().factory());

    // owned by the thread
    private EffectiveConfig last;
    private @Nullable FileTime lastChange;

    private Reload(Source source, EffectiveConfig started, Optional<Path> file, RelayNode node) {
        this.source = source;
        this.started = started;
        last = started;
        this.file = file;
        this.node = node;
        lastChange = changeOfFile();
    }

    /**
     * Begins to look, and to listen for the signal.
     *
     * @param started the configuration that the node was started with
     * @param file that it came from; empty where there is none to look at
     */
    static void begin(Source source, EffectiveConfig started, Optional<Path> file, RelayNode node) {
        Reload reload = new Reload(source, started, file, node);
        Signals.on("HUP", () -> reload.thread.execute(reload::again));
        if (file.isPresent()) {
            reload.thread.scheduleWithFixedDelay(reload::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void look() {
        FileTime change = changeOfFile();
        // While it is being replaced there may be none.
        if (change != null && !change.equals(lastChange)) {
            again();
        }
    }

    private @Nullable FileTime changeOfFile() {
        try {
            return file.isEmpty() ? null : Files.getLastModifiedTime(file.get());
        } catch (IOException gone) {
            return null;
        }
    }

    private void again() {
        lastChange = changeOfFile();
        try {
            EffectiveConfig fresh = source.load();
            apply(started.withLiveOf(fresh).config(), fresh.changedSince(last));
            last = fresh;
            sayWhatIsFixed(fresh);
        } catch (CommandException mistake) {
            refuse(mistake.line());
        } catch (ConfigException contradiction) {
            refuse("not before a restart: " + contradiction.line());
        }
    }

    private void refuse(String why) {
        LOG.error("the configuration stays as it was: {}", why);
        node.metrics().traffic().increment(Traffic.CONFIG_REFUSED);
    }

    private void apply(RelayConfig config, List<Setting<?>> changed) {
        LOG.info("the configuration was read again; changed: {}", changed.isEmpty() ? "nothing" : changed);
        // Whoever has set it by other means since is not overruled.
        if (changed.stream().anyMatch(setting -> setting.key().equals(LOG_LEVEL))) {
            LogLevels.set(config.logLevel());
        }
        node.use(config);
        node.metrics().traffic().increment(Traffic.CONFIG_READ);
    }

    private void sayWhatIsFixed(EffectiveConfig fresh) {
        fresh.changedSince(started).stream()
                .filter(setting -> !setting.isLive())
                .forEach(setting -> LOG.warn("needs a restart: {}", fresh.describeChange(setting, started)));
    }
}
