package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.store.WriterConnection.Session;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/** What is written to the table of remembered positions, each method within a transaction that somebody else commits. */
final class RememberedPositions {
    static final String SELECT = "SELECT position FROM remembered_position WHERE node_key = ?";

    private static final String UPSERT = "INSERT INTO remembered_position (node_key, position, updated_at)"
            + " VALUES (?, ?, ?) ON CONFLICT (node_key) DO UPDATE"
            + " SET position = excluded.position, updated_at = excluded.updated_at"
            + " WHERE excluded.position > remembered_position.position";
    private static final String DELETE_OLD = "DELETE FROM remembered_position WHERE node_key IN"
            + " (SELECT node_key FROM remembered_position WHERE updated_at < ? LIMIT ?)";

    private RememberedPositions() {}

    static void remember(Session session, Map<NodeKey, Long> positions, long nowMillis) throws SQLException {
        PreparedStatement upsert = session.prepare(UPSERT);
        for (Map.Entry<NodeKey, Long> node : positions.entrySet()) {
            upsert.setBytes(1, node.getKey().bytes());
            upsert.setLong(2, node.getValue());
            upsert.setLong(3, nowMillis);
            upsert.addBatch();
        }
        upsert.executeBatch();
    }

    /**
     * Forgets some of those that were said before that time, which is so long ago that all messages up to them have
     * been removed too: without them those nodes get the same.
     */
    static int forget(Session session, long beforeMillis, int max) throws SQLException {
        PreparedStatement delete = session.prepare(DELETE_OLD);
        delete.setLong(1, beforeMillis);
        delete.setInt(2, max);
        return delete.executeUpdate();
    }
}
