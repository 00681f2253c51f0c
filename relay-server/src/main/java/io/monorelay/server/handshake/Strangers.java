package io.monorelay.server.handshake;

import io.monorelay.protocol.NodeKey;

/** Is told of the addresses that nodes give as their own, to find out whether that is true. Never blocks. */
@FunctionalInterface
public interface Strangers {
    /** A node that claims that key says it can be reached at that address. Neither has been checked. */
    void named(String ref, NodeKey claimedKey);
}
