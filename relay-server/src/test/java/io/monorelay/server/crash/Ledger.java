package io.monorelay.server.crash;

import io.monorelay.client.Publication.Accepted;
import io.monorelay.client.Publication.Refused;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What was published to the relays of one test, and what they have promised. Any thread. */
final class Ledger {
    /** A message that was acknowledged; its data tells it from all others. */
    record Promise(String data, @Nullable NodeKey receiver, MessageId id, long position) {}

    private final String durability;
    private final Set<String> published = ConcurrentHashMap.newKeySet();
    private final Map<String, Promise> promises = new ConcurrentHashMap<>();
    private final Map<Long, String> holders = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicLong highest = new AtomicLong();
    private volatile boolean stopping;
    private volatile long floor;
    private volatile CountDownLatch firstPromise = new CountDownLatch(1);

    /** @param durability what every acknowledgement has to say */
    Ledger(String durability) {
        this.durability = durability;
    }

    /** From now on the relay may refuse messages because it stops. */
    void relayStops() {
        stopping = true;
    }

    boolean mayRefuse(Refused refusal) {
        return stopping && refusal.info().contains("stopping");
    }

    /** A new relay has taken the place of the one that has ended. */
    void newRelay() {
        stopping = false;
        floor = highest.get();
        firstPromise = new CountDownLatch(1);
    }

    /** Reaches zero with the first acknowledgement of the relay that is there now. */
    CountDownLatch firstPromise() {
        return firstPromise;
    }

    void publishing(String data) {
        published.add(data);
    }

    void acknowledged(String data, @Nullable NodeKey receiver, Accepted accepted) {
        Long position = accepted.position();
        if (position == null || !durability.equals(accepted.durability())) {
            violations.add("acknowledged as " + accepted);
            return;
        }
        if (position <= floor) {
            violations.add("a new message at " + position + " after an earlier relay had come to " + floor);
        }
        promises.put(data, new Promise(data, receiver, accepted.id(), position));
        occupied(position, data);
        firstPromise.countDown();
    }

    /** That message was seen at that position. */
    void occupied(long position, String data) {
        highest.accumulateAndGet(position, Math::max);
        String holder = holders.putIfAbsent(position, data);
        if (holder != null && !holder.equals(data)) {
            violations.add("position " + position + " was given to " + holder + " and to " + data);
        }
    }

    /** Something happened that must not, whenever it does. */
    void violated(String what) {
        violations.add(what);
    }

    boolean wasPublished(String data) {
        return published.contains(data);
    }

    List<Promise> promises() {
        return List.copyOf(promises.values());
    }

    List<String> violations() {
        return List.copyOf(violations);
    }
}
