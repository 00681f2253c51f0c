package io.monorelay.server.channel;

import io.monorelay.peer.Connection;
import io.monorelay.protocol.NodeKey;
import org.jspecify.annotations.Nullable;

/**
 * An accepted connection as the node that serves it sees it. It keeps its own place among the others of its event loop, so
 * that thousands of them cost no index. Used on that loop alone.
 */
public interface Live extends Connection, HeldMemory.Holder {
    /** The place of one that is not in the list. */
    int NOWHERE = -1;

    /** What is spoken on a connection. */
    enum Protocol {
        /** A WebSocket of session level 1. */
        V1,
        /** A WebSocket of session level 2. */
        V2,
        /** An event stream. */
        EVENTS,
        /** Requests, or nothing yet. */
        HTTP
    }

    @Override
    default String clientAddress() {
        return ClientAddress.text(channel());
    }

    /** A number that no other connection of this process has; one that becomes a WebSocket or a stream gets a new one. */
    long id();

    Protocol protocol();

    /** The key that the other side has proven to hold, or null. */
    @Nullable
    NodeKey key();

    /** For how long it has spoken what it speaks, in whole seconds in which the relay has been running. */
    int secondsOpen();

    /** What {@link #moveTo} said last, at first {@link #NOWHERE}. */
    int place();

    /** Remembers where it is. */
    void moveTo(int place);
}
