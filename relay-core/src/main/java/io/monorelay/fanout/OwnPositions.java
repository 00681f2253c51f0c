package io.monorelay.fanout;

import io.monorelay.protocol.NodeKey;
import io.monorelay.store.StoredMessage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The positions of what a peer published on this connection and a replay has yet to come by: the store does not know
 * which connection a message came in by. When they are too many the lowest are forgotten, and what the peer signed
 * itself stands for them.
 */
final class OwnPositions {
    static final int MAX_POSITIONS = 1024;

    private final ArrayDeque<Long> positions = new ArrayDeque<>(0);
    private long forgottenThrough;

    /** Adds one that is above all that are here; the same one again changes nothing. */
    void add(long position) {
        Long last = positions.peekLast();
        if (last != null && last == position) {
            return;
        }
        if (positions.size() == MAX_POSITIONS) {
            forgottenThrough = positions.removeFirst();
        }
        positions.addLast(position);
    }

    /**
     * Whether the peer published that message. Asked in order of position; what is below is not asked again.
     *
     * @param key that the peer has proven to hold, or null
     */
    boolean include(StoredMessage message, @Nullable NodeKey key) {
        long position = message.position();
        if (position <= forgottenThrough) {
            return message.sender().equals(key);
        }
        dropThrough(position - 1);
        Long next = positions.peekFirst();
        return next != null && next == position;
    }

    /** Forgets what the replay has come by. */
    void dropThrough(long position) {
        Long lowest = positions.peekFirst();
        while (lowest != null && lowest <= position) {
            positions.removeFirst();
            lowest = positions.peekFirst();
        }
    }
}
