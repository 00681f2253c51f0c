package io.monorelay.server.store;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.StoredMessage;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a message is a row of the table, and what it occupies there. */
final class MessageRows {
    /** In the order in which {@link #bind} and {@link #read} take them. */
    static final String COLUMNS = "position, id, sender, receiver, form, accepted_at, sent_at, members";

    /** The number of the last of them. */
    static final int MEMBERS = 8;

    /** What a message occupies beside its text, with its places in the indexes, roughly. */
    static final int BYTES_BESIDE_TEXT = 192;

    private static final int MONOCHAIN = 0;
    private static final int COMPACT = 1;

    private MessageRows() {}

    static StoredMessage stored(FreshMessage fresh, long acceptedAtMillis) {
        VerifiedMessage message = fresh.message();
        int from = message.membersOffset();
        return new StoredMessage(
                fresh.position(),
                message.id(),
                message.sender(),
                message.receiver(),
                message.form(),
                acceptedAtMillis,
                message.timeEpochSecond(),
                Arrays.copyOfRange(message.array(), from, from + message.membersLength()));
    }

    static void bind(PreparedStatement insert, StoredMessage message) throws SQLException {
        NodeKey receiver = message.receiver();
        insert.setLong(1, message.position());
        insert.setBytes(2, message.id().bytes());
        insert.setBytes(3, message.sender().bytes());
        insert.setBytes(4, receiver == null ? null : receiver.bytes());
        insert.setInt(5, message.form() == Form.COMPACT ? COMPACT : MONOCHAIN);
        insert.setLong(6, message.acceptedAtMillis());
        insert.setLong(7, message.sentAtEpochSecond());
        insert.setBytes(8, message.members());
    }

    /** The message of a row of {@link #COLUMNS}. */
    static StoredMessage read(ResultSet row) throws SQLException {
        return read(row, row.getBytes(MEMBERS));
    }

    /** The same for who has read the last column already. */
    static StoredMessage read(ResultSet row, byte[] members) throws SQLException {
        return new StoredMessage(
                row.getLong(1),
                MessageId.of(row.getBytes(2)),
                NodeKey.of(row.getBytes(3)),
                receiver(row.getBytes(4)),
                form(row.getInt(5)),
                row.getLong(6),
                row.getLong(7),
                members);
    }

    /** The same, whatever it says. */
    static StoredRow readAsIs(ResultSet row) throws SQLException {
        return new StoredRow(
                row.getLong(1),
                bytes(row, 2),
                bytes(row, 3),
                row.getBytes(4),
                knownForm(row.getInt(5)),
                row.getLong(6),
                bytes(row, MEMBERS));
    }

    /** A column that is never null where the database is in order. */
    private static byte[] bytes(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    /** What retention counts for a message whose text is that long. */
    static long occupied(long textBytes) {
        return textBytes + BYTES_BESIDE_TEXT;
    }

    private static @Nullable NodeKey receiver(byte @Nullable [] key) {
        return key == null ? null : NodeKey.of(key);
    }

    private static Form form(int number) throws SQLException {
        Form form = knownForm(number);
        if (form == null) {
            throw new SQLException("a message of form " + number + ", expected " + MONOCHAIN + " or " + COMPACT);
        }
        return form;
    }

    private static @Nullable Form knownForm(int number) {
        return switch (number) {
            case MONOCHAIN -> Form.MONOCHAIN;
            case COMPACT -> Form.COMPACT;
            default -> null;
        };
    }
}
