package io.monorelay.server.cli;

import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.config.RelayConfig.StoreSettings;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.store.Durability;
import io.monorelay.store.StoreException;
import java.time.InstantSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** Which store a command works on: the one that 'serve' would have with the same settings. */
final class StoreOptions {
    @Mixin
    private final SettingFlags settings = new SettingFlags();

    /** Whether that setting says where the store is. */
    static boolean isOne(String key) {
        return key.equals("data")
                || key.equals("store.url")
                || key.equals("store.user")
                || key.equals("store.password");
    }

    RelayConfig config(ParseResult parsed) throws CommandException {
        return settings.load(parsed).config();
    }

    /** Opens the store that is there. */
    JdbcStore open(ParseResult parsed) throws CommandException {
        RelayConfig config = config(parsed);
        try {
            return JdbcStore.openExisting(onDisk(config.store()), config.data(), InstantSource.system());
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    /** Opens the store, or makes it. */
    static JdbcStore openOrMake(RelayConfig config) throws CommandException {
        try {
            return JdbcStore.open(onDisk(config.store()), config.data(), InstantSource.system());
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    /** The settings for the store on disk, also where the relay would use none. */
    private static StoreSettings onDisk(StoreSettings store) {
        return new StoreSettings(
                store.url(),
                store.user(),
                store.password(),
                store.durability() == Durability.MEMORY ? Durability.COMMIT : store.durability(),
                store.retentionAge(),
                store.retentionBytes(),
                store.memoryBytes(),
                store.readers(),
                store.maxBatchMessages());
    }

    static CommandException failed(StoreException failure) {
        return CommandException.failed(String.valueOf(failure.getMessage()), failure);
    }
}
