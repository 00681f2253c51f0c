package io.monorelay.server.node;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.ForwardingStore;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.MessageStore;
import io.monorelay.store.Page;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A store in memory whose writing waits, or fails, or whose reading fails, when a test says so. */
final class StallingStore extends ForwardingStore {
    private final MessageStore contents;
    private volatile @Nullable CountDownLatch held;
    private volatile @Nullable String failure;
    private volatile @Nullable String readingFailure;

    StallingStore() {
        this(new MemoryStore(64 << 20, InstantSource.system()));
    }

    private StallingStore(MessageStore contents) {
        super(contents);
        this.contents = contents;
    }

    /** What is in it. */
    MessageStore contents() {
        return contents;
    }

    /** From now on nothing is stored until {@link #work}. */
    void hold() {
        held = new CountDownLatch(1);
    }

    /** From now on nothing can be stored, because of that. */
    void fail(String why) {
        failure = why;
    }

    /** From now on nothing can be read, because of that. */
    void failReading(String why) {
        readingFailure = why;
    }

    /** From now on everything works. */
    void work() {
        failure = null;
        readingFailure = null;
        CountDownLatch latch = held;
        held = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    private static void failWith(@Nullable String why) throws StoreException {
        if (why != null) {
            throw new StoreException(why);
        }
    }

    @Override
    public void reserve(long through) throws StoreException {
        failWith(failure);
        super.reserve(through);
    }

    @Override
    public List<Duplicate> append(List<FreshMessage> messages) throws StoreException {
        awaitWork();
        failWith(failure);
        return super.append(messages);
    }

    private void awaitWork() throws StoreException {
        CountDownLatch latch = held;
        try {
            if (latch != null) {
                latch.await();
            }
        } catch (InterruptedException stopped) {
            throw new StoreException("stopped", stopped);
        }
    }

    @Override
    public int trim(Retention retention, int maxMessages) throws StoreException {
        failWith(failure);
        return super.trim(retention, maxMessages);
    }

    @Override
    public void rememberPositions(Map<NodeKey, Long> positions) throws StoreException {
        failWith(failure);
        super.rememberPositions(positions);
    }

    @Override
    public Page read(HistoryQuery query) throws StoreException {
        failWith(readingFailure);
        return super.read(query);
    }

    @Override
    public @Nullable StoredMessage find(MessageId id) throws StoreException {
        failWith(readingFailure);
        return super.find(id);
    }

    @Override
    public OptionalLong positionOf(MessageId id, long sentAtEpochSecond) throws StoreException {
        failWith(readingFailure);
        return super.positionOf(id, sentAtEpochSecond);
    }

    @Override
    public OptionalLong rememberedPosition(NodeKey key) throws StoreException {
        failWith(readingFailure);
        return super.rememberedPosition(key);
    }
}
