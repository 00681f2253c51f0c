package io.monorelay.server.store;

import io.monorelay.protocol.Form;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of messages as the database has it: nothing but its position is known to be right. Its arrays are
 * not to be changed.
 *
 * @param receiver null: to everybody
 * @param form null when the database has none that is known
 */
@SuppressWarnings("ArrayRecordComponent") // compared by whoever checks it
public record StoredRow(
        long position,
        byte[] id,
        byte[] sender,
        byte @Nullable [] receiver,
        @Nullable Form form,
        long acceptedAtMillis,
        byte[] members) {
    /** What retention counts for it, in bytes. */
    public long occupied() {
        return MessageRows.occupied(members.length);
    }
}
