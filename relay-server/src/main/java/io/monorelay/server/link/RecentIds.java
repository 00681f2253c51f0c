package io.monorelay.server.link;

import io.monorelay.protocol.MessageId;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ids of the messages that came by a link lately, so many and no more. Belongs to the loop of the link. */
final class RecentIds {
    private final Map<MessageId, Boolean> ids;

    RecentIds(int max) {
        ids = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<MessageId, Boolean> eldest) {
                return size() > max;
            }
        };
    }

    void add(MessageId id) {
        ids.put(id, true);
    }

    boolean contains(MessageId id) {
        return ids.containsKey(id);
    }
}
