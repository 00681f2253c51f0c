package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Selection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SQL for a page of history. A row that was looked at but not selected comes without its members, so that the page
 * can say how far it got.
 */
final class HistoryStatement {
    private final StringBuilder condition = new StringBuilder("TRUE");
    private final List<byte[]> keys = new ArrayList<>();
    private final HistoryQuery query;
    private final int maxRows;

    /** @param maxRows how many rows are looked at */
    HistoryStatement(HistoryQuery query, int maxRows) {
        this.query = query;
        this.maxRows = maxRows;
        Selection selection = query.selection();
        if (selection.broadcasts() && !selection.addressed()) {
            NodeKey receiver = selection.receiver();
            and(receiver == null ? "receiver IS NULL" : "(receiver IS NULL OR receiver = ?)", receiver);
        }
        and("sender = ?", selection.from());
        and("sender <> ?", selection.notFrom());
    }

    private void and(String more, @Nullable NodeKey key) {
        boolean takesKey = more.indexOf('?') >= 0;
        if (takesKey && key == null) {
            return;
        }
        condition.append(" AND ").append(more);
        if (key != null) {
            keys.add(key.bytes());
        }
    }

    String sql() {
        String among = isByReceiver() ? "receiver = ? AND " : onlyAddressed();
        return "SELECT position, id, sender, receiver, form, accepted_at, sent_at, CASE WHEN " + condition
                + " THEN members END FROM message WHERE " + among
                + "position > ? AND position <= ? ORDER BY position LIMIT ?";
    }

    /** Whether the index by receiver leads to what is looked at. */
    private boolean isByReceiver() {
        return !query.selection().broadcasts() && !query.selection().addressed();
    }

    private String onlyAddressed() {
        return query.selection().broadcasts() ? "" : "receiver IS NOT NULL AND ";
    }

    PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql());
        int parameter = 1;
        for (byte[] key : keys) {
            statement.setBytes(parameter++, key);
        }
        NodeKey receiver = query.selection().receiver();
        if (isByReceiver() && receiver != null) {
            statement.setBytes(parameter++, receiver.bytes());
        }
        statement.setLong(parameter++, query.after());
        statement.setLong(parameter++, query.through());
        statement.setInt(parameter, maxRows);
        return statement;
    }
}
