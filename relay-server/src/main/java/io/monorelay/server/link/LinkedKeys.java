package io.monorelay.server.link;

import io.monorelay.protocol.NodeKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The relays to which a link of this node is open, by the keys that they have proven. Any thread. */
public final class LinkedKeys {
    /** How many links; two while one takes the place of another. */
    private final ConcurrentMap<NodeKey, Integer> links = new ConcurrentHashMap<>();

    void opened(NodeKey key) {
        links.merge(key, 1, Integer::sum);
    }

    void ended(NodeKey key) {
        links.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    public boolean contains(NodeKey key) {
        return links.containsKey(key);
    }
}
