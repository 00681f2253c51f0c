package io.monorelay.server.store;

import io.monorelay.protocol.MessageId;
import io.monorelay.server.store.WriterConnection.Session;
import io.monorelay.store.StoredMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds a message by nothing but its id. Ids come in no order, so an index over all of them would be written to at a
 * different place for every message. Here they are sorted in segments of some thousand messages, each written at once
 * behind the last one. Who looks for an id looks in every segment, and through the messages that are in none yet.
 */
final class IdLookup {
    /** Positions in a segment. */
    static final int SEGMENT_POSITIONS = 4_096;

    /** What is left behind, by restarts, is caught up with by so many segments at a time. */
    private static final int MAX_SEGMENTS_AT_ONCE = 2;

    /** Enough that few others share it. */
    private static final int PREFIX_BYTES = 8;

    private static final String NEXT_POSITION = "SELECT min(position) FROM message WHERE position > ?";
    private static final String FILL = "INSERT INTO message_lookup (segment, id_prefix, position)"
            + " SELECT ?, substr(id, 1, " + PREFIX_BYTES + "), position FROM message"
            + " WHERE position >= ? AND position <= ? ORDER BY 2";
    private static final String FORGET = "DELETE FROM message_lookup WHERE segment <= ?";

    private static final String IN_NO_SEGMENT = "SELECT " + MessageRows.COLUMNS + " FROM message WHERE position > ("
            + RelayState.LOOKED_UP_THROUGH.select() + ") AND id = ?";

    // From segment to segment by the index; the order of the join is the one written.
    private static final String IN_SEGMENTS = "WITH RECURSIVE segments (first_position) AS ("
            + "SELECT min(segment) FROM message_lookup UNION ALL"
            + " SELECT (SELECT min(segment) FROM message_lookup WHERE segment > first_position)"
            + " FROM segments WHERE first_position IS NOT NULL)"
            + " SELECT message_lookup.position FROM segments CROSS JOIN message_lookup"
            + " WHERE message_lookup.segment = first_position AND message_lookup.id_prefix = ?";
    private static final String AT_POSITION =
            "SELECT " + MessageRows.COLUMNS + " FROM message WHERE position = ? AND id = ?";

    private IdLookup() {}

    // within a transaction that somebody else commits

    /** Sorts the ids of a segment that has become full with the messages inserted between these positions. */
    static void fill(Session session, long first, long last) throws SQLException {
        if ((first - 1) / SEGMENT_POSITIONS == last / SEGMENT_POSITIONS) {
            return;
        }
        long through = RelayState.LOOKED_UP_THROUGH.get(session);
        for (int i = 0; i < MAX_SEGMENTS_AT_ONCE; i++) {
            long start = nextPosition(session, through);
            long end = start + SEGMENT_POSITIONS - 1;
            if (start == 0 || end > last) {
                break;
            }
            fillSegment(session, start, end);
            through = end;
        }
        RelayState.LOOKED_UP_THROUGH.raise(session, through);
    }

    private static long nextPosition(Session session, long after) throws SQLException {
        PreparedStatement next = session.prepare(NEXT_POSITION);
        next.setLong(1, after);
        try (ResultSet row = next.executeQuery()) {
            return RelayState.onlyValue(row);
        }
    }

    private static void fillSegment(Session session, long start, long end) throws SQLException {
        PreparedStatement fill = session.prepare(FILL);
        fill.setLong(1, start);
        fill.setLong(2, start);
        fill.setLong(3, end);
        fill.executeUpdate();
    }

    /** Removes the segments of which no message is left. */
    static void forget(Session session, long removedThrough) throws SQLException {
        PreparedStatement forget = session.prepare(FORGET);
        forget.setLong(1, removedThrough - SEGMENT_POSITIONS + 1);
        forget.executeUpdate();
    }

    // reading

    static Optional<StoredMessage> find(Connection connection, MessageId id) throws SQLException {
        Optional<StoredMessage> recent = findRecent(connection, id.bytes());
        return recent.isPresent() ? recent : findInSegments(connection, id.bytes());
    }

    private static Optional<StoredMessage> findRecent(Connection connection, byte[] id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(IN_NO_SEGMENT)) {
            select.setBytes(1, id);
            return only(select);
        }
    }

    private static Optional<StoredMessage> findInSegments(Connection connection, byte[] id) throws SQLException {
        try (PreparedStatement segments = connection.prepareStatement(IN_SEGMENTS);
                PreparedStatement message = connection.prepareStatement(AT_POSITION)) {
            segments.setBytes(1, Arrays.copyOf(id, PREFIX_BYTES));
            message.setBytes(2, id);
            try (ResultSet candidates = segments.executeQuery()) {
                Optional<StoredMessage> found = Optional.empty();
                while (found.isEmpty() && candidates.next()) {
                    message.setLong(1, candidates.getLong(1));
                    found = only(message);
                }
                return found;
            }
        }
    }

    private static Optional<StoredMessage> only(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(MessageRows.read(row)) : Optional.empty();
        }
    }
}
