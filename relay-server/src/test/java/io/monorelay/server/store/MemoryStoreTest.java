package io.monorelay.server.store;

import io.monorelay.store.MemoryStore;
import io.monorelay.store.MessageStore;

final class MemoryStoreTest extends MessageStoreContract {
    @Override
    MessageStore openNew() {
        return new MemoryStore(1 << 20, clock);
    }
}
