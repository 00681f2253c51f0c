package io.monorelay.server.handshake;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;

/** Is told of the addresses that nodes give as their own, to find out whether that is true. Never blocks. */
@FunctionalInterface
public interface Strangers {
    /**
     * A node says that it can be reached at that address, which has not been checked.
     *
     * @param key what the node claims to hold, and has proven if the level is V2
     * @param level the handshake that the node speaks
     */
    void named(String ref, NodeKey key, HttpReference.Level level);
}
