package io.monorelay.bench.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.Durability;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore;
import io.monorelay.store.Page;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Another store with a clock at its commits. The times are read when nothing is written, after the mark has moved past
 * what was.
 */
final class TimedStore implements MessageStore {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final MessageStore store;

    // owned by the writer
    private final Histogram commitNanos = new Histogram(LONGEST_NANOS, 3);

    // any thread
    private volatile long writerThread;

    TimedStore(MessageStore store) {
        this.store = store;
    }

    /** How long commits took. */
    Histogram commitNanos() {
        return commitNanos;
    }

    /** The id of the thread that commits. */
    long writerThread() {
        return writerThread;
    }

    @Override
    public List<Duplicate> append(List<FreshMessage> messages) throws StoreException {
        writerThread = Thread.currentThread().threadId();
        long start = System.nanoTime();
        List<Duplicate> duplicates = store.append(messages);
        commitNanos.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOS));
        return duplicates;
    }

    @Override
    public Durability durability() {
        return store.durability();
    }

    @Override
    public long reservedThrough() throws StoreException {
        return store.reservedThrough();
    }

    @Override
    public void reserve(long through) throws StoreException {
        store.reserve(through);
    }

    @Override
    public int trim(Retention retention, int maxMessages) throws StoreException {
        return store.trim(retention, maxMessages);
    }

    @Override
    public void rememberPositions(Map<NodeKey, Long> positions) throws StoreException {
        store.rememberPositions(positions);
    }

    @Override
    public long newestPosition() throws StoreException {
        return store.newestPosition();
    }

    @Override
    public Page read(HistoryQuery query) throws StoreException {
        return store.read(query);
    }

    @Override
    public @Nullable StoredMessage find(MessageId id) throws StoreException {
        return store.find(id);
    }

    @Override
    public OptionalLong rememberedPosition(NodeKey key) throws StoreException {
        return store.rememberedPosition(key);
    }

    @Override
    public void recentIds(long sinceEpochSecond, int max, IdSink sink) throws StoreException {
        store.recentIds(sinceEpochSecond, max, sink);
    }

    @Override
    public void close() {
        store.close();
    }
}
