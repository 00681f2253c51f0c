package io.monorelay.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.MessageId;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The ids of recent messages, each with the position that its message has. Bounded in number and in age: an id needs
 * to be remembered only as long as a message with it could still pass the time window. Any thread may call.
 *
 * <p>Past that number the ids with the lowest positions are forgotten. The cache's own bound would not do: it prefers
 * ids that were asked for often, as those of all messages that come by several ways are, to those that are new.
 */
public final class SeenCache {
    /** What {@link #positionOf} says of an id that is not here. */
    public static final long UNSEEN = -1;

    private final ConcurrentMap<MessageId, Long> positions;
    private final AtomicReferenceArray<@Nullable MessageId> newest;

    /**
     * @param maxIds how many ids are kept at most
     * @param life how long an id is kept at most
     * @param ticker the clock for {@code life}
     */
    public SeenCache(long maxIds, Duration life, Ticker ticker) {
        newest = new AtomicReferenceArray<>(Math.toIntExact(maxIds));
        Cache<MessageId, Long> cache = Caffeine.newBuilder()
                .expireAfterWrite(life)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        positions = cache.asMap();
    }

    /** The position of the message with that id, or {@link #UNSEEN}. */
    public long positionOf(MessageId id) {
        Long position = positions.get(id);
        return position == null ? UNSEEN : position;
    }

    /**
     * Admits a message at a claimed position, when no other with its id was admitted before or is being admitted by
     * another thread at this moment.
     *
     * @param position belongs to this message alone, and is not negative
     * @return the message, now known to be fresh, or null when another one was first: then {@link #positionOf} has its
     *     position
     */
    public @Nullable FreshMessage admit(VerifiedMessage message, long position, Origin origin) {
        MessageId id = message.id();
        if (positions.putIfAbsent(id, position) != null) {
            return null;
        }
        forgetLowest(position, id);
        return new FreshMessage(message, position, origin);
    }

    /**
     * Remembers a message that was stored before this process began, unless one with a higher position has its place.
     * Called before any other thread uses this.
     */
    public void remember(MessageId id, long position) {
        MessageId there = newest.get(indexOf(position));
        if (there != null) {
            if (positionOf(there) > position) {
                return;
            }
            positions.remove(there);
        }
        newest.set(indexOf(position), id);
        positions.put(id, position);
    }

    /** Notes that the message with that id was stored before, at that position. */
    public void correct(MessageId id, long earlier) {
        positions.replace(id, earlier);
    }

    private int indexOf(long position) {
        return (int) (position % newest.length());
    }

    private void forgetLowest(long position, MessageId id) {
        MessageId lowest = newest.getAndSet(indexOf(position), id);
        if (lowest == null) {
            return;
        }
        // One that had reached its age may have been admitted again since, higher up: that one stays.
        Long at = positions.get(lowest);
        if (at != null && at <= position - newest.length()) {
            positions.remove(lowest, at);
        }
    }
}
