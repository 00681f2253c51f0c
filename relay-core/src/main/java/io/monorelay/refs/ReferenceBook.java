package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference.Level;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that this one remembers. An address over HTTP is known by its URI, and the same key may stand at several:
 * the v1 handshake does not prove an address, so a stranger's must never displace the one that a node gave itself.
 *
 * <p>Any thread may call. What it hands out are values, which do not change.
 */
public final class ReferenceBook {
    /** Learns which addresses are in the book. */
    public interface Listener {
        /**
         * The node at that address was added, proved its key again, perhaps another one, or was removed; {@link #find}
         * says how it stands now. Called on the thread that made the change; must not block.
         */
        void onChanged(URI uri);
    }

    /** Those that fail first, then those that have not been good for longest. */
    private static final Comparator<HttpReference> FIRST_TO_GO = Comparator.comparing(
                    (HttpReference reference) -> !reference.isFailing())
            .thenComparing(HttpReference::lastGood);

    private final int maxHttp;
    private final InstantSource clock;
    private final ConcurrentMap<URI, HttpReference> byUri = new ConcurrentHashMap<>();
    private final Set<SocketReference> sockets = ConcurrentHashMap.newKeySet();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param maxHttp how many addresses are remembered; connections are as many as there are
     */
    public ReferenceBook(int maxHttp, InstantSource clock) {
        if (maxHttp < 0) {
            throw new IllegalArgumentException("a book of " + maxHttp + " references, expected at least 0");
        }
        this.maxHttp = maxHttp;
        this.clock = clock;
    }

    /** Tells the listener of every change from now on. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Remembers that the node at that address has just proven its key. When the book is full, another address gives
     * way: one that fails, or else the one that has not been good for longest.
     *
     * @param uri as {@link AddressPolicy#parse} writes it
     */
    public void verified(URI uri, NodeKey key, Level level) {
        HttpReference fresh = HttpReference.proven(uri, key, level, clock.instant());
        byUri.merge(uri, fresh, (known, now) -> known.provenAgain(key, level, now.lastGood()));
        notifyListeners(uri);
        makeRoom(uri);
    }

    /** Counts a message that the node at that address took; nothing if it is not in the book. Does not notify. */
    public void succeeded(URI uri) {
        byUri.computeIfPresent(uri, (u, known) -> known.succeeded(clock.instant()));
    }

    /** Counts that the node at that address could not be reached or answered wrongly. Does not notify. */
    public void failed(URI uri) {
        byUri.computeIfPresent(uri, (u, known) -> known.failed());
    }

    /** Forgets an address. */
    public void remove(URI uri) {
        if (byUri.remove(uri) != null) {
            notifyListeners(uri);
        }
    }

    /** The node at that address, or null. */
    public @Nullable HttpReference find(URI uri) {
        return byUri.get(uri);
    }

    /** The addresses of the node with that key. */
    public List<HttpReference> findByKey(NodeKey key) {
        return byUri.values().stream()
                .filter(reference -> reference.key().equals(key))
                .toList();
    }

    /** The nodes that can be called. */
    public List<HttpReference> http() {
        return List.copyOf(byUri.values());
    }

    /** Every node that is remembered, those that can be called first. */
    public List<Reference> list() {
        List<Reference> all = new ArrayList<>(byUri.values());
        all.addAll(sockets);
        return List.copyOf(all);
    }

    /** Remembers a connected node until {@link #disconnected}. */
    public void connected(SocketReference reference) {
        sockets.add(reference);
    }

    /** Forgets a node whose connection has ended. */
    public void disconnected(SocketReference reference) {
        sockets.remove(reference);
    }

    /** Puts back what was stored; what is over the bound gives way, as in {@link #verified}. */
    void restore(List<HttpReference> stored) {
        for (HttpReference reference : stored) {
            byUri.put(reference.uri(), reference);
            notifyListeners(reference.uri());
        }
        makeRoom(null);
    }

    private void makeRoom(@Nullable URI newcomer) {
        while (byUri.size() > maxHttp) {
            byUri.values().stream()
                    .filter(reference -> maxHttp == 0 || !reference.uri().equals(newcomer))
                    .min(FIRST_TO_GO)
                    .ifPresent(reference -> remove(reference.uri()));
        }
    }

    private void notifyListeners(URI uri) {
        for (Listener listener : listeners) {
            listener.onChanged(uri);
        }
    }
}
