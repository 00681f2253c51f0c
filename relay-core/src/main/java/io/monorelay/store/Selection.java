package io.monorelay.store;

import io.monorelay.protocol.NodeKey;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a reader of history gets. Those addressed to somebody are handed to nobody but the receiver named here.
 *
 * @param broadcasts whether messages to everybody are wanted
 * @param receiver messages addressed to this node are wanted too; null for none
 * @param from only messages of this sender; null for all
 * @param notFrom no message of this sender; null for all
 */
public record Selection(
        boolean broadcasts,
        @Nullable NodeKey receiver,
        @Nullable NodeKey from,
        @Nullable NodeKey notFrom) {
    /** What is for everybody. */
    public static final Selection BROADCASTS = new Selection(true, null, null, null);

    /** What a node that has proven this key missed: what is for everybody or for itself, and not by itself. */
    public static Selection missedBy(NodeKey key) {
        return new Selection(true, key, null, key);
    }

    /** What waits for a node that has proven this key, and for it alone. */
    public static Selection addressedTo(NodeKey key) {
        return new Selection(false, key, null, null);
    }

    /** Whether that message is among them. */
    public boolean includes(StoredMessage message) {
        NodeKey to = message.receiver();
        boolean forReader = to == null ? broadcasts : to.equals(receiver);
        return forReader
                && (from == null || from.equals(message.sender()))
                && !message.sender().equals(notFrom);
    }
}
