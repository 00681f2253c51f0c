package io.monorelay.refs;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
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
         * The node at that address was added, proved its key again, perhaps another one, offended or was removed; {@link
         * #find} says how it stands now. Called on the thread that made the change; must not block.
         */
        void onChanged(URI uri);
    }

    private final int maxHttp;
    private final Duration forgetAfter;
    private final InstantSource clock;
    private final Counters<Offence> offences;
    private final ConcurrentMap<URI, HttpReference> byUri = new ConcurrentHashMap<>();
    private final ConcurrentMap<SocketReference, Grudge> sockets = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param maxHttp how many addresses are remembered; connections are as many as there are
     * @param forgetAfter how long an address is remembered that nobody hears from
     * @param offences counts what the nodes did wrong
     */
    public ReferenceBook(int maxHttp, Duration forgetAfter, InstantSource clock, Counters<Offence> offences) {
        if (maxHttp < 0) {
            throw new IllegalArgumentException("a book of " + maxHttp + " references, expected at least 0");
        }
        this.maxHttp = maxHttp;
        this.forgetAfter = forgetAfter;
        this.clock = clock;
        this.offences = offences;
    }

    /** Tells the listener of every change from now on. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Remembers that the node at that address has just proven its key. When the book is full, another address gives
     * way: the one that is trusted least.
     *
     * @param uri as {@link AddressPolicy#parse} writes it
     */
    public void verified(URI uri, NodeKey key, Level level) {
        Instant now = clock.instant();
        HttpReference fresh = new HttpReference(uri, key, level, Conduct.ofNewcomer(now));
        byUri.merge(
                uri,
                fresh,
                (known, unused) ->
                        new HttpReference(uri, key, level, known.conduct().provenAgain(now)));
        notifyListeners(uri);
        makeRoom(uri);
    }

    /**
     * Counts a message that the node at that address took; nothing if it is not in the book. Does not notify.
     *
     * @param took from the call to the answer
     */
    public void succeeded(URI uri, Duration took) {
        change(uri, conduct -> conduct.succeeded(took, clock.instant()));
    }

    /** Counts that the node at that address could not be reached or answered wrongly. Does not notify. */
    public void failed(URI uri) {
        change(uri, Conduct::failed);
    }

    /**
     * Holds something against the node at that address, which is then avoided for a while. Only for what the node itself
     * did: anybody can send messages in its name, or name its address.
     */
    public void offended(URI uri, Offence offence) {
        if (change(uri, conduct -> conduct.offended(clock.instant()))) {
            offences.increment(offence);
            notifyListeners(uri);
        }
    }

    private boolean change(URI uri, UnaryOperator<Conduct> change) {
        return byUri.computeIfPresent(uri, (u, known) -> known.with(change.apply(known.conduct()))) != null;
    }

    /** Holds something against a connected node, for as long as it is connected. */
    public void offended(SocketReference reference, Offence offence) {
        if (sockets.computeIfPresent(reference, (r, grudge) -> grudge.afterOffence(clock.instant())) != null) {
            offences.increment(offence);
        }
    }

    /**
     * Forgets the addresses that nobody hears from: that have not been good for the time after which they are forgotten,
     * and did not answer when they were last called. One that nobody has called meanwhile stays.
     */
    public void forgetTheSilent() {
        Instant longAgo = clock.instant().minus(forgetAfter);
        for (HttpReference reference : byUri.values()) {
            Conduct conduct = reference.conduct();
            boolean isSilent = conduct.isFailing() && conduct.lastGood().isBefore(longAgo);
            // Unless it has been good a moment ago.
            if (isSilent && byUri.remove(reference.uri(), reference)) {
                notifyListeners(reference.uri());
            }
        }
    }

    /**
     * The nodes to which a link is worth trying, best first: those of ours, whose address serves WebSockets too, without
     * those that are to be avoided. More trust and less latency make it likelier to come first, but chance has its part,
     * so that not everybody dials the same. Each key is there once. Who is connected already is not left out.
     *
     * @param max how many at most
     */
    public List<HttpReference> bestToDial(int max, RandomGenerator random) {
        Instant now = clock.instant();
        Set<NodeKey> taken = avoidedKeys(now);
        List<HttpReference> best = new ArrayList<>();
        byUri.values().stream()
                .filter(reference -> reference.level() == Level.V2)
                .filter(reference -> !reference.conduct().isAvoided(now))
                .map(reference -> Draw.of(reference, now, random))
                .sorted(Comparator.comparingDouble(Draw::delay))
                .map(Draw::reference)
                .filter(reference -> taken.add(reference.key()))
                .limit(max)
                .forEach(best::add);
        return List.copyOf(best);
    }

    /** The keys by which somebody who is connected misbehaves. */
    private Set<NodeKey> avoidedKeys(Instant now) {
        Set<NodeKey> avoided = new HashSet<>();
        sockets.forEach((reference, grudge) -> {
            if (grudge.isAvoided(now)) {
                avoided.add(reference.key());
            }
        });
        return avoided;
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
        all.addAll(sockets.keySet());
        return List.copyOf(all);
    }

    /** Remembers a connected node until {@link #disconnected}. */
    public void connected(SocketReference reference) {
        sockets.putIfAbsent(reference, Grudge.NONE);
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
        Instant now = clock.instant();
        while (byUri.size() > maxHttp) {
            byUri.values().stream()
                    .filter(reference -> maxHttp == 0 || !reference.uri().equals(newcomer))
                    .min(Comparator.comparingDouble(
                            reference -> reference.conduct().trust(now)))
                    .ifPresent(reference -> remove(reference.uri()));
        }
    }

    private void notifyListeners(URI uri) {
        for (Listener listener : listeners) {
            listener.onChanged(uri);
        }
    }

    /**
     * A lot drawn by one of several weighted candidates. In order of delay they are a weighted sample without
     * replacement (P. Efraimidis and P. Spirakis, "Weighted random sampling with a reservoir", 2006).
     */
    private record Draw(HttpReference reference, double delay) {
        private static final double ONE_SECOND_MICROS = 1_000_000;
        private static final double LEAST_WEIGHT = 1e-9;

        static Draw of(HttpReference reference, Instant now, RandomGenerator random) {
            Conduct conduct = reference.conduct();
            double trust = conduct.trust(now);
            double quickness = 1 / (1 + conduct.latencyMicros() / ONE_SECOND_MICROS);
            double weight = Math.max(trust * trust * quickness, LEAST_WEIGHT);
            return new Draw(reference, -Math.log(1 - random.nextDouble()) / weight);
        }
    }
}
