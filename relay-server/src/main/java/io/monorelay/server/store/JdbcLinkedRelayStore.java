package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.store.WriterConnection.Session;
import io.monorelay.store.StoreException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what is remembered of linked relays beside the messages. */
final class JdbcLinkedRelayStore implements LinkedRelayStore {
    private static final String SELECT_ADDRESSES = "SELECT uri, node_key FROM relay_address";
    private static final String SELECT_RELAYS = "SELECT node_key, received_through, fed_through FROM linked_relay";
    private static final String UPSERT_ADDRESS = "INSERT INTO relay_address (uri, node_key) VALUES (?, ?)"
            + " ON CONFLICT (uri) DO UPDATE SET node_key = excluded.node_key";
    private static final String UPSERT_RELAY = "INSERT INTO linked_relay (node_key, received_through, fed_through)"
            + " VALUES (?, ?, ?) ON CONFLICT (node_key) DO UPDATE"
            + " SET received_through = excluded.received_through, fed_through = excluded.fed_through";

    private final WriterConnection writer;
    private final History history;

    JdbcLinkedRelayStore(WriterConnection writer, History history) {
        this.writer = writer;
        this.history = history;
    }

    @Override
    public Remembered load() throws StoreException {
        return history.ask(
                "read the linked relays", connection -> new Remembered(addresses(connection), relays(connection)));
    }

    @Override
    public void save(Map<URI, NodeKey> keys, Collection<LinkedRelay> relays) throws StoreException {
        if (keys.isEmpty() && relays.isEmpty()) {
            return;
        }
        writer.write("save the linked relays", session -> {
            upsertAddresses(session, keys);
            upsertRelays(session, relays);
            return relays.size();
        });
    }

    private static void upsertAddresses(Session session, Map<URI, NodeKey> keys) throws SQLException {
        PreparedStatement upsert = session.prepare(UPSERT_ADDRESS);
        for (Map.Entry<URI, NodeKey> address : keys.entrySet()) {
            upsert.setString(1, address.getKey().toString());
            upsert.setBytes(2, address.getValue().bytes());
            upsert.addBatch();
        }
        upsert.executeBatch();
    }

    private static void upsertRelays(Session session, Collection<LinkedRelay> relays) throws SQLException {
        PreparedStatement upsert = session.prepare(UPSERT_RELAY);
        for (LinkedRelay relay : relays) {
            upsert.setBytes(1, relay.key().bytes());
            setPosition(upsert, 2, relay.receivedThrough());
            setPosition(upsert, 3, relay.fedThrough());
            upsert.addBatch();
        }
        upsert.executeBatch();
    }

    private static void setPosition(PreparedStatement statement, int parameter, @Nullable Long position)
            throws SQLException {
        if (position == null) {
            statement.setNull(parameter, Types.BIGINT);
        } else {
            statement.setLong(parameter, position);
        }
    }

    private static Map<URI, NodeKey> addresses(Connection connection) throws SQLException {
        Map<URI, NodeKey> keys = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT_ADDRESSES);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                keys.put(URI.create(Objects.requireNonNull(row.getString(1))), NodeKey.of(row.getBytes(2)));
            }
        }
        return keys;
    }

    private static List<LinkedRelay> relays(Connection connection) throws SQLException {
        List<LinkedRelay> relays = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT_RELAYS);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                relays.add(new LinkedRelay(NodeKey.of(row.getBytes(1)), position(row, 2), position(row, 3)));
            }
        }
        return relays;
    }

    private static @Nullable Long position(ResultSet row, int column) throws SQLException {
        long position = row.getLong(column);
        return row.wasNull() ? null : position;
    }
}
