package io.monorelay.crypto;

import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import org.jspecify.annotations.Nullable;

/**
 * A message whose signature has been found right, with the text that is relayed. Only {@link MessageVerifier} makes it.
 * Any thread may read it; nobody may change its array.
 */
public final class VerifiedMessage {
    /** What was signed, by whom and to whom. */
    record Proven(MessageId id, NodeKey sender, @Nullable NodeKey receiver, Form form, long timeEpochSecond) {}

    private final Proven proven;
    private final byte[] array;
    private final int membersOffset;
    private final int membersLength;

    VerifiedMessage(Proven proven, byte[] array, int membersOffset, int membersLength) {
        this.proven = proven;
        this.array = array;
        this.membersOffset = membersOffset;
        this.membersLength = membersLength;
    }

    /** The SHA-256 of the contents that verified. */
    public MessageId id() {
        return proven.id();
    }

    public NodeKey sender() {
        return proven.sender();
    }

    /** The node that it is addressed to, or null: to everybody. */
    public @Nullable NodeKey receiver() {
        return proven.receiver();
    }

    /** The form of the contents that verified. */
    public Form form() {
        return proven.form();
    }

    /** The time that the sender gave it, in seconds since the epoch. */
    public long timeEpochSecond() {
        return proven.timeEpochSecond();
    }

    /** The text that has the members to be relayed in it. */
    public byte[] array() {
        return array;
    }

    /** Where {@code "message":…,"signature":…} starts in {@link #array}. */
    public int membersOffset() {
        return membersOffset;
    }

    /** The length of these members in bytes. */
    public int membersLength() {
        return membersLength;
    }

    /** The id. */
    @Override
    public String toString() {
        return "VerifiedMessage[" + id() + "]";
    }
}
