package io.monorelay.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.MessageId;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The ids of recent messages, each with the position that its message has. Bounded in number and in age: an id needs
 * to be remembered only as long as a message with it could still pass the time window. Any thread may call.
 */
public final class SeenCache {
    /** What {@link #positionOf} says of an id that is not here. */
    public static final long UNSEEN = -1;

    private final ConcurrentMap<MessageId, Long> positions;

    /**
     * @param maxIds how many ids are kept at most; past that the least useful ones are forgotten
     * @param life how long an id is kept at most
     * @param ticker the clock for {@code life}
     */
    public SeenCache(long maxIds, Duration life, Ticker ticker) {
        Cache<MessageId, Long> cache = Caffeine.newBuilder()
                .maximumSize(maxIds)
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
     * @return the message, now known to be fresh, or null when another one was first: then {@link #positionOf} has its
     *     position
     */
    public @Nullable FreshMessage admit(VerifiedMessage message, long position, Origin origin) {
        Long earlier = positions.putIfAbsent(message.id(), position);
        return earlier == null ? new FreshMessage(message, position, origin) : null;
    }
}
