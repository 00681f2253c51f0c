package io.monorelay.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Storage;
import io.monorelay.store.MessageStore.Retention;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A log with a store behind it that is written to by a real writer, and what that says of it. */
final class StoreWorld implements AutoCloseable {
    static final Retention FOREVER = new Retention(Long.MAX_VALUE / 2, Long.MAX_VALUE);

    final MemoryStore memory;
    final FaultyStore store;
    final MessageLog log;
    final SeenCache seen = SignedMessages.seenCache();
    final CommitMark mark;
    final PositionBook positions = new PositionBook();
    final Counters<Storage> counters = new Counters<>(Storage.class);
    final List<String> said = new CopyOnWriteArrayList<>();
    final StoreWriter writer;

    StoreWorld(int slots) throws StoreException {
        this(slots, new MemoryStore(1 << 26, InstantSource.system()), FOREVER);
    }

    StoreWorld(int slots, MemoryStore memory, Retention retention) throws StoreException {
        this.memory = memory;
        store = new FaultyStore(memory);
        long first = StoreWriter.firstPosition(store, slots);
        log = new MessageLog(slots, 1 << 26, first);
        mark = new CommitMark(Durability.MEMORY, first - 1);
        writer = StoreWriter.start(
                new StoreWriter.Parts(store, log, seen, mark, positions, counters),
                new StoreWriter.Limits(100, 1 << 20, retention),
                (able, why) -> said.add(able ? "able" : why));
    }

    FreshMessage publish(String data) {
        return SignedMessages.publish(log, seen, SignedMessages.verified(data), Origin.NONE);
    }

    long count(Storage what) {
        return counters.count(what);
    }

    @Override
    public void close() {
        store.work();
        store.letGo();
        writer.close();
    }
}
