package io.monorelay.server.cli;

import ch.qos.logback.classic.LoggerContext;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.config.EffectiveConfig;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.node.RelayNode;
import io.monorelay.server.node.StartException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A node that runs until it is told to stop, as what a command does. */
final class Serving {
    /** What the configuration of the log takes its level from. */
    private static final String LOG_LEVEL_PROPERTY = "monorelay.log-level";

    private Serving() {}

    /**
     * What a node is run with.
     *
     * @param source what to read it from once more
     * @param file that it was read from, besides
     */
    record Plan(EffectiveConfig effective, Reload.Source source, Optional<Path> file) {}

    /** Runs a node with that configuration, and says on the output of the command what it is. */
    static void untilStopped(Plan plan, CommandLine command) throws CommandException, InterruptedException {
        RelayConfig config = plan.effective().config();
        // Before anything is logged, since the log is configured with the first line.
        System.setProperty(
                LOG_LEVEL_PROPERTY,
                System.getProperty(LOG_LEVEL_PROPERTY, config.logLevel().name().toLowerCase(Locale.ROOT)));
        Ed25519 ed25519 = ed25519(config);
        DataDirectory data = new DataDirectory(config.data());
        DataDirectory.Lock lock = data.lock();
        try {
            serve(plan, data.identity(ed25519, command.getErr()), ed25519, command);
        } finally {
            lock.release();
        }
    }

    private static void serve(Plan plan, NodeIdentity identity, Ed25519 ed25519, CommandLine command)
            throws CommandException, InterruptedException {
        RelayConfig config = plan.effective().config();
        RelayNode node = start(config, identity, ed25519);
        StopHook.onSignal(() -> stop(node));
        Reload.begin(plan.source(), plan.effective(), plan.file(), node);
        new Banner(config, node, identity, ed25519).print(command.getOut());
        node.awaitEnd();
    }

    private static Ed25519 ed25519(RelayConfig config) throws CommandException {
        try {
            return Ed25519Provider.choose(preference(config.cryptoProvider()));
        } catch (IllegalStateException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private static Ed25519Provider.Preference preference(RelayConfig.CryptoProvider provider) {
        return switch (provider) {
            case AUTO -> Ed25519Provider.Preference.AUTO;
            case ACCP -> Ed25519Provider.Preference.ACCP;
            case BOUNCYCASTLE -> Ed25519Provider.Preference.BOUNCYCASTLE;
        };
    }

    private static RelayNode start(RelayConfig config, NodeIdentity identity, Ed25519 ed25519) throws CommandException {
        try {
            return RelayNode.start(config, identity, ed25519);
        } catch (StartException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()), e);
        }
    }

    private static void stop(RelayNode node) {
        try {
            node.drain();
        } catch (InterruptedException hurry) {
            node.close();
        }
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
            // Writes what the log has not written yet.
            logs.stop();
        }
    }
}
