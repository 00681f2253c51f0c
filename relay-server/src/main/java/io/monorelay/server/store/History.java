package io.monorelay.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore.IdSink;
import io.monorelay.store.Page;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what is stored, on connections that only read. Any thread may call; so many at a time as there are connections. */
final class History implements AutoCloseable {
    private static final long CONNECTION_TIMEOUT_MILLIS = 5_000;

    /** A page of a selection that few messages belong to ends after so many were looked at. */
    private static final int MAX_LOOKED_AT = 16_384;

    /** Rows that come from a server at a time. */
    private static final int FETCHED_ROWS = 512;

    // All of it is in the index by time.
    private static final String RECENT_IDS =
            "SELECT id, position FROM message WHERE sent_at >= ? ORDER BY sent_at DESC, id DESC LIMIT ?";
    private static final String NEWEST = "SELECT max(position) FROM message";

    private final Dialect dialect;
    private final HikariDataSource pool;

    /** What is asked in one transaction. */
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** Does not connect yet. */
    History(Dialect dialect, int connections) {
        this.dialect = dialect;
        HikariConfig config = new HikariConfig();
        config.setPoolName("relay-store");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setAutoCommit(false);
        config.setReadOnly(true);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        config.setInitializationFailTimeout(-1);
        dialect.prepareReaders(config);
        pool = new HikariDataSource(config);
    }

    @Override
    public void close() {
        pool.close();
    }

    <T> T ask(String what, Question<T> question) throws StoreException {
        try (Connection connection = pool.getConnection()) {
            return question.ask(connection);
        } catch (SQLException failure) {
            throw WriterConnection.failed(dialect, what, failure);
        }
    }

    long state(RelayState state) throws StoreException {
        return ask("read " + state, connection -> number(connection, state.select()));
    }

    long newestPosition() throws StoreException {
        return ask("read the newest position", connection -> number(connection, NEWEST));
    }

    /** The number in the only row of the answer; 0 where it is null. */
    static long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            return RelayState.onlyValue(row);
        }
    }

    Optional<StoredMessage> find(MessageId id) throws StoreException {
        return ask("read a message", connection -> IdLookup.find(connection, id));
    }

    OptionalLong positionOf(MessageId id, long sentAtEpochSecond) throws StoreException {
        return ask("look for a message", connection -> {
            try (PreparedStatement select = connection.prepareStatement(MessageTable.POSITION_OF_ID)) {
                select.setLong(1, sentAtEpochSecond);
                select.setBytes(2, id.bytes());
                return position(select);
            }
        });
    }

    private static OptionalLong position(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    OptionalLong rememberedPosition(NodeKey key) throws StoreException {
        return ask("read a remembered position", connection -> {
            try (PreparedStatement select = connection.prepareStatement(RememberedPositions.SELECT)) {
                select.setBytes(1, key.bytes());
                return position(select);
            }
        });
    }

    void recentIds(long sinceEpochSecond, int max, IdSink sink) throws StoreException {
        ask("read recent ids", connection -> {
            try (PreparedStatement select = connection.prepareStatement(RECENT_IDS)) {
                select.setLong(1, sinceEpochSecond);
                select.setInt(2, max);
                select.setFetchSize(FETCHED_ROWS);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        sink.take(MessageId.of(rows.getBytes(1)), rows.getLong(2));
                    }
                }
            }
            return true;
        });
    }

    Page read(HistoryQuery query) throws StoreException {
        return ask("read messages", connection -> {
            // In the transaction of the messages: what is removed between the two would be missing without a word.
            long removedThrough = number(connection, RelayState.REMOVED_THROUGH.select());
            if (query.through() <= query.after()) {
                return new Page(List.of(), query.after(), true, removedThrough);
            }
            if (query.selection().isEmpty()) {
                return new Page(List.of(), query.through(), true, removedThrough);
            }
            return read(connection, query, removedThrough);
        });
    }

    private static Page read(Connection connection, HistoryQuery query, long removedThrough) throws SQLException {
        try (PreparedStatement select = new HistoryStatement(query, MAX_LOOKED_AT).prepare(connection)) {
            select.setFetchSize(Math.min(FETCHED_ROWS, query.maxMessages()));
            try (ResultSet rows = select.executeQuery()) {
                return page(rows, query, removedThrough);
            }
        }
    }

    private static Page page(ResultSet rows, HistoryQuery query, long removedThrough) throws SQLException {
        List<StoredMessage> messages = new ArrayList<>(Math.min(FETCHED_ROWS, query.maxMessages()));
        long last = query.after();
        int bytes = 0;
        int lookedAt = 0;
        while (messages.size() < query.maxMessages() && bytes < query.maxBytes() && rows.next()) {
            lookedAt++;
            byte[] members = rows.getBytes(MessageRows.MEMBERS);
            if (members == null) {
                last = rows.getLong(1);
                continue;
            }
            StoredMessage message = MessageRows.read(rows, members);
            last = message.position();
            messages.add(message);
            bytes += members.length;
        }
        boolean stopped = messages.size() == query.maxMessages() || bytes >= query.maxBytes();
        boolean isEnd = last == query.through() || (!stopped && lookedAt < MAX_LOOKED_AT);
        return new Page(messages, isEnd ? query.through() : last, isEnd, removedThrough);
    }
}
