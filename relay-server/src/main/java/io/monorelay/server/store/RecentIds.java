package io.monorelay.server.store;

import io.monorelay.protocol.MessageId;
import io.monorelay.store.MessageStore.IdSink;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the ids of the messages that were stored last. They are handed over newest first, but read forwards, a stretch of
 * positions at a time: nothing reads a file ahead for whoever goes through it backwards.
 */
final class RecentIds implements AutoCloseable {
    private static final String STRETCH =
            "SELECT position, accepted_at, id FROM message WHERE position > ? AND position <= ? ORDER BY position";
    private static final String LAST_OF_ALL = "SELECT max(position) FROM message WHERE position <= ?";

    /** How many positions a stretch has at first; each has twice as many as the one before, within a bound. */
    private static final long FIRST_STRETCH = 256;

    private static final long LONGEST_STRETCH = 8_192;

    /** Rows that come from a server at a time. */
    private static final int FETCHED_ROWS = 512;

    private record Row(long position, long acceptedAtMillis, MessageId id) {}

    private final PreparedStatement stretch;
    private final PreparedStatement last;

    RecentIds(Connection connection) throws SQLException {
        stretch = connection.prepareStatement(STRETCH);
        stretch.setFetchSize(FETCHED_ROWS);
        last = connection.prepareStatement(LAST_OF_ALL);
    }

    /** Hands over the ids of the messages stored since then, newest first, at most so many. */
    void read(long sinceMillis, int max, IdSink sink) throws SQLException {
        int left = max;
        long length = FIRST_STRETCH;
        long end = lastThrough(Long.MAX_VALUE);
        while (left > 0 && end > 0) {
            List<Row> rows = rows(end - length, end);
            for (Row row : rows.reversed()) {
                if (left == 0 || row.acceptedAtMillis() < sinceMillis) {
                    return;
                }
                sink.take(row.id(), row.position());
                left--;
            }
            end = lastThrough(end - length);
            length = Math.min(length * 2, LONGEST_STRETCH);
        }
    }

    /** The last position with a message up to that one; 0 when there is none. */
    private long lastThrough(long position) throws SQLException {
        last.setLong(1, position);
        try (ResultSet row = last.executeQuery()) {
            return RelayState.onlyValue(row);
        }
    }

    private List<Row> rows(long after, long through) throws SQLException {
        stretch.setLong(1, after);
        stretch.setLong(2, through);
        List<Row> read = new ArrayList<>();
        try (ResultSet rows = stretch.executeQuery()) {
            while (rows.next()) {
                read.add(new Row(rows.getLong(1), rows.getLong(2), MessageId.of(rows.getBytes(3))));
            }
        }
        return read;
    }

    @Override
    public void close() throws SQLException {
        stretch.close();
        last.close();
    }
}
