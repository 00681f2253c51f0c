package io.monorelay.server.store;

import io.monorelay.server.store.WriterConnection.Session;
import io.monorelay.store.MessageStore.Duplicate;
import io.monorelay.store.MessageStore.Retention;
import io.monorelay.store.StoredMessage;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What is written to the table of messages, each method within a transaction that somebody else commits. */
final class MessageTable {
    // A position that is taken by another message must fail, so nothing but the id may conflict. It determines the
    // time.
    private static final String INSERT = "INSERT INTO message (" + MessageRows.COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sent_at, id) DO NOTHING";
    static final String POSITION_OF_ID = "SELECT position FROM message WHERE sent_at = ? AND id = ?";
    private static final String OLDEST = "SELECT position, accepted_at, octet_length(members) FROM message"
            + " WHERE position > ? ORDER BY position LIMIT ?";
    private static final String DELETE = "DELETE FROM message WHERE position > ? AND position <= ?";

    private static final int OLDEST_AT_A_TIME = 128;

    private MessageTable() {}

    /** Adds the messages whose ids are new, and returns the others. One that is there by the same position is neither. */
    static List<Duplicate> insert(Session session, List<StoredMessage> messages) throws SQLException {
        int[] inserted = insertNew(session, messages);
        List<Duplicate> duplicates = new ArrayList<>(0);
        long bytes = 0;
        for (int i = 0; i < inserted.length; i++) {
            StoredMessage message = messages.get(i);
            if (inserted[i] != 0) {
                bytes += MessageRows.occupied(message.members().length);
                continue;
            }
            long earlier = positionOf(session, message);
            if (earlier != message.position()) {
                duplicates.add(new Duplicate(message.position(), earlier));
            }
        }
        RelayState.STORED_BYTES.add(session, bytes);
        IdLookup.fill(
                session, messages.getFirst().position(), messages.getLast().position());
        return duplicates;
    }

    private static int[] insertNew(Session session, List<StoredMessage> messages) throws SQLException {
        PreparedStatement insert = session.prepare(INSERT);
        for (StoredMessage message : messages) {
            MessageRows.bind(insert, message);
            insert.addBatch();
        }
        int[] inserted = insert.executeBatch();
        for (int count : inserted) {
            if (count == Statement.SUCCESS_NO_INFO) {
                throw new SQLException("the driver does not say which rows were new: switch off reWriteBatchedInserts");
            }
        }
        return inserted;
    }

    private static long positionOf(Session session, StoredMessage message) throws SQLException {
        PreparedStatement select = session.prepare(POSITION_OF_ID);
        select.setLong(1, message.sentAtEpochSecond());
        select.setBytes(2, message.id().bytes());
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the message " + message.id() + " is both there and not there");
            }
            return row.getLong(1);
        }
    }

    /** The messages to go: how many, up to where, and what they occupy. */
    private record Surplus(int messages, long lastPosition, long bytes) {}

    /** Removes what is over the bounds, oldest first, and returns how many messages that were. */
    static int trim(Session session, Retention retention, long nowMillis, int maxMessages) throws SQLException {
        long removedThrough = RelayState.REMOVED_THROUGH.get(session);
        long tooMany = RelayState.STORED_BYTES.get(session) - retention.maxBytes();
        PreparedStatement oldest = session.prepare(OLDEST);
        oldest.setLong(1, removedThrough);
        oldest.setInt(2, maxMessages);
        // Usually the first one stays, and the others need not come from the server.
        oldest.setFetchSize(OLDEST_AT_A_TIME);
        Surplus surplus;
        try (ResultSet rows = oldest.executeQuery()) {
            surplus = surplus(rows, nowMillis - retention.maxAgeMillis(), tooMany);
        }
        if (surplus.messages() > 0) {
            remove(session, removedThrough, surplus);
        }
        return surplus.messages();
    }

    private static Surplus surplus(ResultSet oldestFirst, long oldestAllowed, long tooManyBytes) throws SQLException {
        Surplus surplus = new Surplus(0, 0, 0);
        while (oldestFirst.next() && (oldestFirst.getLong(2) < oldestAllowed || surplus.bytes() < tooManyBytes)) {
            surplus = new Surplus(
                    surplus.messages() + 1,
                    oldestFirst.getLong(1),
                    surplus.bytes() + MessageRows.occupied(oldestFirst.getLong(3)));
        }
        return surplus;
    }

    private static void remove(Session session, long removedThrough, Surplus surplus) throws SQLException {
        PreparedStatement delete = session.prepare(DELETE);
        delete.setLong(1, removedThrough);
        delete.setLong(2, surplus.lastPosition());
        delete.executeUpdate();
        RelayState.REMOVED_THROUGH.raise(session, surplus.lastPosition());
        RelayState.STORED_BYTES.add(session, -surplus.bytes());
        IdLookup.forget(session, surplus.lastPosition());
    }
}
