package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import io.monorelay.store.StoreException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps what is remembered of relays that this node links to. Every method may block. */
public interface LinkedRelayStore {
    /**
     * How far it is with one relay.
     *
     * @param receivedThrough everything up to this position of its log is stored here; null when that is not known
     * @param fedThrough everything up to this position of our log has been fed to it; null when nothing ever was
     */
    record LinkedRelay(
            NodeKey key,
            @Nullable Long receivedThrough,
            @Nullable Long fedThrough) {}

    /**
     * What is remembered.
     *
     * @param keys the key that belongs to each address
     */
    record Remembered(Map<URI, NodeKey> keys, List<LinkedRelay> relays) {
        public Remembered {
            keys = Map.copyOf(keys);
            relays = List.copyOf(relays);
        }
    }

    Remembered load() throws StoreException;

    /** Puts these in the place of what is remembered of the same addresses and relays. */
    void save(Map<URI, NodeKey> keys, Collection<LinkedRelay> relays) throws StoreException;

    /** One that forgets, for a node whose messages do not outlive it either. */
    static LinkedRelayStore none() {
        return new LinkedRelayStore() {
            @Override
            public Remembered load() {
                return new Remembered(Map.of(), List.of());
            }

            @Override
            public void save(Map<URI, NodeKey> keys, Collection<LinkedRelay> relays) {
                // With the messages, the positions lose their meaning.
            }
        };
    }
}
