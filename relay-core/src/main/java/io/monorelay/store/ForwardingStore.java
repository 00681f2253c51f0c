package io.monorelay.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A store that hands everything on to another one, for those that do something beside: that take the time, count, or
 * wait. Threads and failures are those of the other one.
 */
public abstract class ForwardingStore implements MessageStore {
    private final MessageStore store;

    protected ForwardingStore(MessageStore store) {
        this.store = store;
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
    public List<Duplicate> append(List<FreshMessage> messages) throws StoreException {
        return store.append(messages);
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
    public OptionalLong positionOf(MessageId id, long sentAtEpochSecond) throws StoreException {
        return store.positionOf(id, sentAtEpochSecond);
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
