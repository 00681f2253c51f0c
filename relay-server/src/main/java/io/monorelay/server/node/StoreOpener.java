package io.monorelay.server.node;

import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.store.Durability;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import java.time.InstantSource;

/** Opens the store of a relay. Blocks. */
interface StoreOpener {
    /** Opens the one that is configured. */
    StoreOpener CONFIGURED = (config, clock) -> config.store().durability() == Durability.MEMORY
            ? MemoryStore.afterRestart(config.store().memoryBytes(), clock)
            : JdbcStore.open(config.store(), config.data(), clock);

    MessageStore open(RelayConfig config, InstantSource clock) throws StoreException;
}
