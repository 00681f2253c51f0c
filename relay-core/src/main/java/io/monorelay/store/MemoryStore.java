package io.monorelay.store;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest messages in memory, as many as fit into its bytes. Nothing survives the process. Any thread may read
 * while one writes; nobody waits for longer than a page takes.
 */
public final class MemoryStore implements MessageStore {
    /** What a message occupies beside its text, roughly: its record, its places in two maps. */
    static final int BYTES_BESIDE_TEXT = 300;

    /** A page of a selection that few messages belong to ends after so many were looked at. */
    static final int MAX_LOOKED_AT = 4096;

    private static final int MAX_REMEMBERED_NODES = 100_000;

    private final long maxBytes;
    private final InstantSource clock;

    // guarded by this
    private final TreeMap<Long, StoredMessage> byPosition = new TreeMap<>();
    private final Map<MessageId, StoredMessage> byId = new HashMap<>();
    private final LinkedHashMap<NodeKey, Long> remembered = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long reservedThrough;
    private long removedThrough;

    /**
     * A store of which no message was ever removed and no position given away.
     *
     * @param maxBytes how many bytes of memory the messages occupy at most, roughly
     * @param clock for when a message was stored
     */
    public MemoryStore(long maxBytes, InstantSource clock) {
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /**
     * A store that takes the place of the one of an earlier process. Its positions start at the time in microseconds,
     * which no earlier process can have come to with less than a million messages a second; what is before them is
     * gone.
     */
    public static MemoryStore afterRestart(long maxBytes, InstantSource clock) {
        MemoryStore store = new MemoryStore(maxBytes, clock);
        store.startAfter(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
        return store;
    }

    private synchronized void startAfter(long position) {
        reservedThrough = position;
        removedThrough = position;
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public synchronized long reservedThrough() {
        return reservedThrough;
    }

    @Override
    public synchronized void reserve(long through) {
        reservedThrough = Math.max(reservedThrough, through);
    }

    @Override
    public synchronized List<Duplicate> append(List<FreshMessage> messages) {
        List<Duplicate> duplicates = new ArrayList<>(0);
        long now = clock.millis();
        for (FreshMessage fresh : messages) {
            StoredMessage earlier = byId.get(fresh.message().id());
            if (earlier == null) {
                add(stored(fresh, now));
            } else if (earlier.position() != fresh.position()) {
                duplicates.add(new Duplicate(fresh.position(), earlier.position()));
            }
        }
        while (bytes > maxBytes) {
            removeOldest();
        }
        return duplicates;
    }

    private static StoredMessage stored(FreshMessage fresh, long now) {
        VerifiedMessage message = fresh.message();
        int from = message.membersOffset();
        byte[] members = Arrays.copyOfRange(message.array(), from, from + message.membersLength());
        return new StoredMessage(
                fresh.position(),
                message.id(),
                message.sender(),
                message.receiver(),
                message.form(),
                now,
                message.timeEpochSecond(),
                members);
    }

    private void add(StoredMessage message) {
        byPosition.put(message.position(), message);
        byId.put(message.id(), message);
        bytes += sizeOf(message);
    }

    private void removeOldest() {
        StoredMessage oldest = byPosition.pollFirstEntry().getValue();
        byId.remove(oldest.id());
        bytes -= sizeOf(oldest);
        removedThrough = oldest.position();
    }

    private static long sizeOf(StoredMessage message) {
        return (long) BYTES_BESIDE_TEXT + message.members().length;
    }

    @Override
    public synchronized int trim(Retention retention, int maxMessages) {
        long oldestAllowed = clock.millis() - retention.maxAgeMillis();
        int removed = 0;
        while (removed < maxMessages && isOver(retention.maxBytes(), oldestAllowed)) {
            removeOldest();
            removed++;
        }
        return removed;
    }

    private boolean isOver(long most, long oldestAllowed) {
        return !byPosition.isEmpty()
                && (bytes > most || byPosition.firstEntry().getValue().acceptedAtMillis() < oldestAllowed);
    }

    @Override
    public synchronized void rememberPositions(Map<NodeKey, Long> positions) {
        positions.forEach((key, position) -> remembered.merge(key, position, Math::max));
        while (remembered.size() > MAX_REMEMBERED_NODES) {
            remembered.pollFirstEntry();
        }
    }

    @Override
    public synchronized long newestPosition() {
        return byPosition.isEmpty() ? 0 : byPosition.lastKey();
    }

    @Override
    public synchronized Page read(HistoryQuery query) {
        long last = query.after();
        if (query.through() <= last) {
            return new Page(List.of(), last, true, removedThrough);
        }
        List<StoredMessage> page = new ArrayList<>();
        long pageBytes = 0;
        int lookedAt = 0;
        for (StoredMessage message :
                byPosition.subMap(last, false, query.through(), true).values()) {
            if (page.size() == query.maxMessages() || pageBytes >= query.maxBytes() || lookedAt == MAX_LOOKED_AT) {
                return new Page(page, last, false, removedThrough);
            }
            lookedAt++;
            last = message.position();
            if (query.selection().includes(message)) {
                page.add(message);
                pageBytes += message.members().length;
            }
        }
        return new Page(page, query.through(), true, removedThrough);
    }

    @Override
    public synchronized @Nullable StoredMessage find(MessageId id) {
        return byId.get(id);
    }

    @Override
    public synchronized OptionalLong rememberedPosition(NodeKey key) {
        Long position = remembered.get(key);
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    @Override
    public void recentIds(long sinceEpochSecond, int max, IdSink sink) {
        recent(sinceEpochSecond, max).forEach(message -> sink.take(message.id(), message.position()));
    }

    private synchronized List<StoredMessage> recent(long sinceEpochSecond, int max) {
        return byPosition.descendingMap().values().stream()
                .filter(message -> message.sentAtEpochSecond() >= sinceEpochSecond)
                .sorted(Comparator.comparingLong(StoredMessage::sentAtEpochSecond)
                        .reversed())
                .limit(max)
                .toList();
    }

    /** Nothing is kept, so there is nothing to end. */
    @Override
    public void close() {}
}
