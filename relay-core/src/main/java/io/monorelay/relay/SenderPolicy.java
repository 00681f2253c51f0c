package io.monorelay.relay;

import io.monorelay.protocol.NodeKey;

/** Whose messages are not taken, whoever brings them. Asked for every message, on any thread. */
@FunctionalInterface
public interface SenderPolicy {
    /** Takes the messages of all. */
    SenderPolicy EVERYBODY = sender -> false;

    boolean refuses(NodeKey sender);
}
