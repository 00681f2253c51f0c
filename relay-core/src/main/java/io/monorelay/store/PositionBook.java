package io.monorelay.store;

import io.monorelay.protocol.NodeKey;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Up to where each node has processed everything, as it said: in the store, and before it what was said since the store
 * was told last. Any thread.
 */
public final class PositionBook {
    /** While the store cannot be told, no more nodes than these are remembered; theirs is the loss of a convenience. */
    static final int MAX_WAITING = 100_000;

    private final ConcurrentMap<NodeKey, Long> waiting = new ConcurrentHashMap<>();

    /** The node with that key, which it has proven, has everything up to that position. */
    public void processed(NodeKey key, long position) {
        if (waiting.size() < MAX_WAITING || waiting.containsKey(key)) {
            waiting.merge(key, position, Math::max);
        }
    }

    /** Up to where the node with that key has processed everything, if it ever said. Blocks. */
    public OptionalLong position(NodeKey key, MessageStore store) throws StoreException {
        // In this order: what is no longer waiting by now is in the store by then.
        Long said = waiting.get(key);
        OptionalLong stored = store.rememberedPosition(key);
        if (said == null) {
            return stored;
        }
        return OptionalLong.of(Math.max(said, stored.orElse(said)));
    }

    /** Tells the store what it does not know yet. Called by the writer of the store alone. */
    void flush(MessageStore store) throws StoreException {
        Map<NodeKey, Long> told = new HashMap<>(waiting);
        if (!told.isEmpty()) {
            store.rememberPositions(told);
            // One that has moved on meanwhile stays for the next time.
            told.forEach(waiting::remove);
        }
    }
}
