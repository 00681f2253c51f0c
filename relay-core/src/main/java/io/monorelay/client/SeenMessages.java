package io.monorelay.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.monorelay.protocol.MessageId;

/** The messages that a client has had, by whichever relay, as far as it remembers. Any thread. */
final class SeenMessages {
    /** More than several relays bring between the first and the last of them; a few megabytes. */
    private static final int MAX_IDS = 100_000;

    private final Cache<MessageId, Boolean> ids =
            Caffeine.newBuilder().maximumSize(MAX_IDS).executor(Runnable::run).build();

    boolean has(MessageId id) {
        return ids.getIfPresent(id) != null;
    }

    void add(MessageId id) {
        ids.put(id, Boolean.TRUE);
    }
}
