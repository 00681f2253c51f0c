package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is asked of a database to look after it, each method within one transaction. */
final class Inspection {
    private static final String COUNT = "SELECT count(*) FROM message";
    private static final String FIRST = "SELECT min(position) FROM message";
    private static final String NEWEST = "SELECT max(position) FROM message";
    private static final String OLDEST_TIME =
            "SELECT COALESCE((SELECT accepted_at FROM message ORDER BY position LIMIT 1), 0)";
    private static final String REMEMBERED_COUNT = "SELECT count(*) FROM remembered_position";
    private static final String REFERENCE_COUNT = "SELECT count(*) FROM http_reference";
    private static final String ROWS =
            "SELECT " + MessageRows.COLUMNS + " FROM message WHERE position > ? ORDER BY position LIMIT ?";
    private static final String REMEMBERED = "SELECT node_key, position FROM remembered_position ORDER BY position";

    private Inspection() {}

    static StoreSummary summary(Connection connection, String location) throws SQLException {
        return new StoreSummary(
                location,
                History.number(connection, COUNT),
                History.number(connection, RelayState.STORED_BYTES.select()),
                History.number(connection, FIRST),
                History.number(connection, NEWEST),
                History.number(connection, OLDEST_TIME),
                History.number(connection, RelayState.RESERVED_THROUGH.select()),
                History.number(connection, RelayState.REMOVED_THROUGH.select()),
                History.number(connection, REMEMBERED_COUNT),
                History.number(connection, REFERENCE_COUNT));
    }

    static List<StoredRow> rows(Connection connection, long after, int max) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ROWS)) {
            select.setLong(1, after);
            select.setInt(2, max);
            try (ResultSet row = select.executeQuery()) {
                List<StoredRow> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(MessageRows.readAsIs(row));
                }
                return rows;
            }
        }
    }

    static Map<NodeKey, Long> rememberedPositions(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(REMEMBERED);
                ResultSet row = select.executeQuery()) {
            Map<NodeKey, Long> positions = new LinkedHashMap<>();
            while (row.next()) {
                positions.put(NodeKey.of(row.getBytes(1)), row.getLong(2));
            }
            return positions;
        }
    }
}
