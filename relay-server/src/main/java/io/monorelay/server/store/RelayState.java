package io.monorelay.server.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Numbers that are kept beside the messages, in the same transactions, so that nothing has to be counted when the relay
 * starts.
 */
enum RelayState {
    /** The last position that was ever reserved. */
    RESERVED_THROUGH("reserved_through"),
    /** The last position that retention removed. */
    REMOVED_THROUGH("removed_through"),
    /** What the messages occupy. */
    STORED_BYTES("stored_bytes"),
    /** The last position whose message is found by its id in {@link IdLookup}; later ones have to be searched for. */
    LOOKED_UP_THROUGH("looked_up_through");

    private final String select;
    private final String raise;
    private final String add;

    RelayState(String name) {
        select = "SELECT value FROM relay_state WHERE name = '" + name + "'";
        raise = "UPDATE relay_state SET value = ? WHERE name = '" + name + "' AND value < ?";
        add = "UPDATE relay_state SET value = value + ? WHERE name = '" + name + "'";
    }

    String select() {
        return select;
    }

    long get(WriterConnection.Session session) throws SQLException {
        try (ResultSet row = session.prepare(select).executeQuery()) {
            return onlyValue(row);
        }
    }

    /** Makes it that large, unless it is larger. */
    void raise(WriterConnection.Session session, long value) throws SQLException {
        PreparedStatement update = session.prepare(raise);
        update.setLong(1, value);
        update.setLong(2, value);
        update.executeUpdate();
    }

    void add(WriterConnection.Session session, long amount) throws SQLException {
        PreparedStatement update = session.prepare(add);
        update.setLong(1, amount);
        update.executeUpdate();
    }

    /** The number in the only column of the only row. */
    static long onlyValue(ResultSet row) throws SQLException {
        if (!row.next()) {
            throw new SQLException("a row is missing in the table relay_state");
        }
        return row.getLong(1);
    }
}
