package io.monorelay.server.forward;

import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Inbound.HandshakeRequestV1;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.forward.HandshakeCaller.Proof;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks back the nodes that name an address of theirs: only when the node at that address proves the same key does it
 * become a reference. What a stranger can make the relay do is bounded: how many addresses wait, how many are called at
 * a time, and how often the same host.
 *
 * <p>{@link #offer} may be called on any thread; everything else belongs to the event loop.
 */
public final class CounterHandshakes {
    /** How many nodes are asked at a time. */
    static final int MAX_UNDER_WAY = 8;

    /** The least time between two calls to the same host. */
    static final long HOST_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final Logger LOG = LoggerFactory.getLogger(CounterHandshakes.class);

    // fixed after construction
    private final EventLoop loop;
    private final HttpCaller caller;
    private final HandshakeCaller handshakes;
    private final ReferenceBook book;
    private final AddressPolicy policy;
    private final int maxWaiting;
    private final RelayMetrics metrics;

    // any thread
    private final ConcurrentMap<URI, Candidate> pending = new ConcurrentHashMap<>();
    private final AtomicInteger waitingCount = new AtomicInteger();

    // owned by the event loop
    private final Queue<Candidate> waiting = new ArrayDeque<>();
    private final Map<String, Long> lastCalls = new HashMap<>();
    private int underWay;
    private boolean lookIsScheduled;

    /**
     * @param caller whose event loop it shares
     * @param maxWaiting how many addresses may wait to be called
     */
    public CounterHandshakes(
            HttpCaller caller,
            HandshakeCaller handshakes,
            ReferenceBook book,
            AddressPolicy policy,
            int maxWaiting,
            RelayMetrics metrics) {
        this.loop = caller.loop();
        this.caller = caller;
        this.handshakes = handshakes;
        this.book = book;
        this.policy = policy;
        this.maxWaiting = maxWaiting;
        this.metrics = metrics;
    }

    /** Asks back the initiator of a v1 handshake, unless it is known already or its address is not allowed. */
    public void offer(HandshakeRequestV1 request) {
        offer(request.ref(), request.key(), Level.V1);
    }

    /**
     * Asks back a node by the v2 handshake, unless it is known already or its address is not allowed.
     *
     * @param reference the address that the node named
     * @param key what it has proven to hold
     */
    public void offer(String reference, NodeKey key) {
        offer(reference, key, Level.V2);
    }

    /** How many addresses wait to be called. Any thread. */
    public int waiting() {
        return waitingCount.get();
    }

    /** Asks back a node by the handshake of that level, unless it is known already or its address is not allowed. */
    public void offer(String reference, NodeKey key, Level level) {
        if (reference.isEmpty() || key.equals(handshakes.ownKey())) {
            return;
        }
        try {
            offer(new Candidate(policy.parse(reference), key, level));
        } catch (ProtocolException refused) {
            metrics.faults().increment(refused.fault());
            LOG.debug("not asked back: {}", refused.info());
        }
    }

    private void offer(Candidate candidate) {
        if (isKnown(candidate) || pending.putIfAbsent(candidate.uri, candidate) != null) {
            return;
        }
        if (waitingCount.incrementAndGet() > maxWaiting) {
            waitingCount.decrementAndGet();
            pending.remove(candidate.uri);
            metrics.drops().increment(Drop.COUNTER_HANDSHAKE_QUEUE_FULL);
            return;
        }
        try {
            loop.execute(() -> enqueue(candidate));
        } catch (RejectedExecutionException shuttingDown) {
            LOG.debug("not asked back, the relay is shutting down: {}", candidate.uri);
        }
    }

    /** Known at that level or above; a node of ours may have been met by the old handshake first. */
    private boolean isKnown(Candidate candidate) {
        HttpReference known = book.find(candidate.uri);
        return known != null
                && known.key().equals(candidate.key)
                && known.level().compareTo(candidate.level) >= 0;
    }

    private void enqueue(Candidate candidate) {
        waiting.add(candidate);
        callNext();
    }

    private void callNext() {
        while (underWay < MAX_UNDER_WAY) {
            Candidate due = takeDue();
            if (due == null) {
                break;
            }
            call(due);
        }
        if (underWay < MAX_UNDER_WAY && !waiting.isEmpty()) {
            lookAgain();
        }
    }

    /** The first one in the queue whose host was not called just now, or null. */
    private @Nullable Candidate takeDue() {
        long now = System.nanoTime();
        lastCalls.values().removeIf(at -> now - at >= HOST_INTERVAL_NANOS);
        Iterator<Candidate> candidates = waiting.iterator();
        while (candidates.hasNext()) {
            Candidate candidate = candidates.next();
            if (lastCalls.putIfAbsent(AddressPolicy.hostOf(candidate.uri), now) == null) {
                candidates.remove();
                waitingCount.decrementAndGet();
                return candidate;
            }
        }
        return null;
    }

    private void lookAgain() {
        if (lookIsScheduled) {
            return;
        }
        lookIsScheduled = true;
        loop.schedule(
                () -> {
                    lookIsScheduled = false;
                    callNext();
                },
                HOST_INTERVAL_NANOS,
                TimeUnit.NANOSECONDS);
    }

    private void call(Candidate candidate) {
        underWay++;
        metrics.traffic().increment(Traffic.COUNTER_HANDSHAKES);
        HttpLine line = caller.line(candidate.uri);
        handshakes.prove(candidate.level, line, candidate.uri, candidate.key, proof -> {
            line.close();
            onProof(candidate, proof);
        });
    }

    private void onProof(Candidate candidate, Proof proof) {
        underWay--;
        if (proof instanceof Proof.Missing missing) {
            LOG.debug("{} is no reference: {}", candidate.uri, missing.why());
        } else {
            LOG.info("{} has proven to be {}, by {}", candidate.uri, candidate.key, candidate.level);
            book.verified(candidate.uri, candidate.key, candidate.level);
        }
        pending.remove(candidate.uri);
        callNext();
    }

    private record Candidate(URI uri, NodeKey key, Level level) {}
}
