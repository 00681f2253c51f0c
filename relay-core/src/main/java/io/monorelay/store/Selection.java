package io.monorelay.store;

import io.monorelay.protocol.NodeKey;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a reader of history gets. Those addressed to somebody are handed to nobody but the receiver named here,
 * unless all of them are wanted.
 *
 * @param broadcasts whether messages to everybody are wanted
 * @param addressed whether messages addressed to one node are wanted, whichever it is: for a relay that is trusted with
 *     them, or the sender itself
 * @param receiver messages addressed to this node are wanted in any case; null for none
 * @param from only messages of this sender; null for all
 * @param notFrom no message of this sender; null for all
 */
public record Selection(
        boolean broadcasts,
        boolean addressed,
        @Nullable NodeKey receiver,
        @Nullable NodeKey from,
        @Nullable NodeKey notFrom) {
    /** What is for everybody. */
    public static final Selection BROADCASTS = new Selection(true, null, null, null);

    /** Everything that there is. */
    public static final Selection EVERYTHING = new Selection(true, true, null, null, null);

    /** What is for everybody, for that receiver, or both, by senders that are wanted. */
    public Selection(
            boolean broadcasts, @Nullable NodeKey receiver, @Nullable NodeKey from, @Nullable NodeKey notFrom) {
        this(broadcasts, false, receiver, from, notFrom);
    }

    /** Everything that a node has signed, whoever it is for. */
    public static Selection signedBy(NodeKey key) {
        return new Selection(true, true, null, key, null);
    }

    /** What a node that has proven this key missed: what is for everybody or for itself, and not by itself. */
    public static Selection missedBy(NodeKey key) {
        return new Selection(true, key, null, key);
    }

    /** What waits for a node that has proven this key, and for it alone. */
    public static Selection addressedTo(NodeKey key) {
        return new Selection(false, key, null, null);
    }

    /** Whether nothing at all can be among them. */
    public boolean isEmpty() {
        return !broadcasts && !addressed && receiver == null;
    }

    /** Whether that message is among them. */
    public boolean includes(StoredMessage message) {
        NodeKey to = message.receiver();
        boolean forReader = to == null ? broadcasts : addressed || to.equals(receiver);
        return forReader
                && (from == null || from.equals(message.sender()))
                && !message.sender().equals(notFrom);
    }
}
