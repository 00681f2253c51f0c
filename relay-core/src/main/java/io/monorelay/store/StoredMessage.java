package io.monorelay.store;

import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import org.jspecify.annotations.Nullable;

/**
 * A message as the store has it: verified before it came there. Its array is not to be changed.
 *
 * @param receiver the node that it is addressed to, or null: to everybody
 * @param acceptedAtMillis when this relay stored it, in ms since the epoch
 * @param sentAtEpochSecond the time that the sender gave it, in seconds since the epoch
 * @param members the text {@code "message":…,"signature":…}, UTF-8, byte for byte as it verified
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is written to sockets, and compared with nothing
public record StoredMessage(
        long position,
        MessageId id,
        NodeKey sender,
        @Nullable NodeKey receiver,
        Form form,
        long acceptedAtMillis,
        long sentAtEpochSecond,
        byte[] members) {}
