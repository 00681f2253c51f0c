package io.monorelay.server.link;

import io.monorelay.client.RelayMemory;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.store.LinkedRelayStore;
import io.monorelay.server.store.LinkedRelayStore.LinkedRelay;
import io.monorelay.store.StoreException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node remembers of the relays that it links to: their keys, how far it has their logs, and how far they have
 * its own. Any thread may ask and tell; what has changed is saved once a second, on a thread of its own.
 */
public final class LinkBook implements RelayMemory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkBook.class);
    private static final int SAVE_SECONDS = 1;
    private static final int CLOSE_TIMEOUT_SECONDS = 5;

    // fixed after construction
    private final LinkedRelayStore store;
    private final @Nullable ScheduledExecutorService saver;

    // any thread
    private final ConcurrentMap<URI, NodeKey> keys = new ConcurrentHashMap<>();
    private final ConcurrentMap<NodeKey, Long> received = new ConcurrentHashMap<>();
    private final ConcurrentMap<NodeKey, Long> fed = new ConcurrentHashMap<>();
    private final Set<URI> changedAddresses = ConcurrentHashMap.newKeySet();
    private final Set<NodeKey> changedRelays = ConcurrentHashMap.newKeySet();

    // owned by the saver
    private boolean isFailing;

    private LinkBook(LinkedRelayStore store, @Nullable ScheduledExecutorService saver) {
        this.store = store;
        this.saver = saver;
    }

    /** A book that is saved nowhere, for a relay that is to be forgotten with the link to it. */
    static LinkBook ofOneLink() {
        return new LinkBook(LinkedRelayStore.none(), null);
    }

    /**
     * Reads what was remembered, and from then on keeps the store as the book is. Blocks while it reads.
     *
     * @throws StoreException if the store cannot be read
     */
    public static LinkBook open(LinkedRelayStore store) throws StoreException {
        LinkedRelayStore.Remembered remembered = store.load();
        ScheduledExecutorService saver = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("relay-links").daemon().factory());
        LinkBook book = new LinkBook(store, saver);
        book.restore(remembered);
        saver.scheduleWithFixedDelay(book::save, SAVE_SECONDS, SAVE_SECONDS, TimeUnit.SECONDS);
        return book;
    }

    private void restore(LinkedRelayStore.Remembered remembered) {
        keys.putAll(remembered.keys());
        for (LinkedRelay relay : remembered.relays()) {
            put(received, relay.key(), relay.receivedThrough());
            put(fed, relay.key(), relay.fedThrough());
        }
    }

    private static void put(Map<NodeKey, Long> positions, NodeKey key, @Nullable Long position) {
        if (position != null) {
            positions.put(key, position);
        }
    }

    @Override
    public @Nullable NodeKey keyOf(URI relay) {
        return keys.get(relay);
    }

    @Override
    public void firstSeen(URI relay, NodeKey key) {
        keys.put(relay, key);
        changedAddresses.add(relay);
    }

    @Override
    public OptionalLong processed(NodeKey relay) {
        return positionIn(received, relay);
    }

    @Override
    public void processed(NodeKey relay, long position) {
        received.put(relay, position);
        changedRelays.add(relay);
    }

    /** Everything up to this position of this node's own log is with the relay, if anything was ever fed to it. */
    public OptionalLong fed(NodeKey relay) {
        return positionIn(fed, relay);
    }

    void fed(NodeKey relay, long position) {
        fed.put(relay, position);
        changedRelays.add(relay);
    }

    private static OptionalLong positionIn(Map<NodeKey, Long> positions, NodeKey relay) {
        Long position = positions.get(relay);
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    // saving

    private void save() {
        // Taken out before they are read: what changes later is saved the next time.
        Set<URI> addresses = takeAll(changedAddresses);
        Set<NodeKey> relays = takeAll(changedRelays);
        try {
            store.save(keysOf(addresses), relays.stream().map(this::relay).toList());
            isFailing = false;
        } catch (StoreException failed) {
            changedAddresses.addAll(addresses);
            changedRelays.addAll(relays);
            if (!isFailing) {
                LOG.warn("{}; it is tried again every second", failed.getMessage());
            }
            isFailing = true;
        }
    }

    private static <T> Set<T> takeAll(Set<T> changed) {
        Set<T> taken = new HashSet<>(changed);
        changed.removeAll(List.copyOf(taken));
        return taken;
    }

    private Map<URI, NodeKey> keysOf(Set<URI> addresses) {
        Map<URI, NodeKey> known = new HashMap<>(keys);
        known.keySet().retainAll(addresses);
        return known;
    }

    private LinkedRelay relay(NodeKey key) {
        return new LinkedRelay(key, received.get(key), fed.get(key));
    }

    /** Saves a last time. Blocks. */
    @Override
    public void close() {
        if (saver == null || saver.isShutdown()) {
            return;
        }
        saver.execute(this::save);
        saver.shutdown();
        try {
            if (!saver.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("how far the links got was not saved within {} s", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
