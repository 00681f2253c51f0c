package io.monorelay.client;

import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that a relay delivered. Its signature has been verified unless the client was told not to. Any thread may
 * read it.
 *
 * @param position its place in the relay's log
 * @param id the SHA-256 of the contents that were signed
 */
public record Delivery(long position, MessageId id, DecodedMessage message) {
    public NodeKey sender() {
        return message.sender();
    }

    /** The node that it is addressed to, or null: to everybody. */
    public @Nullable NodeKey receiver() {
        return message.receiver();
    }

    /** What it says. Reads the text anew with each call. */
    public String data() {
        return message.data();
    }

    /** The time that the sender gave it, to the second. */
    public Instant time() {
        return Instant.ofEpochSecond(message.timeEpochSecond());
    }
}
