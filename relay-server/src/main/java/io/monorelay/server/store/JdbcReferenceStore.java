package io.monorelay.server.store;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.Conduct;
import io.monorelay.refs.Grudge;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceStore;
import io.monorelay.refs.ReferenceStoreException;
import io.monorelay.server.store.WriterConnection.Session;
import io.monorelay.store.StoreException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Keeps references beside the messages. What has not changed since the last time is not written again. */
final class JdbcReferenceStore implements ReferenceStore {
    private static final String COLUMNS = "uri, node_key, level, last_good, successes, failures, failures_in_a_row,"
            + " reliability, latency_micros, offences, grudge_weight, last_offence";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM http_reference";
    private static final String DELETE = "DELETE FROM http_reference WHERE uri = ?";
    private static final String INSERT =
            "INSERT INTO http_reference (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final WriterConnection writer;
    private final History history;

    // owned by the one thread that calls
    private final Map<URI, HttpReference> kept = new HashMap<>();

    JdbcReferenceStore(WriterConnection writer, History history) {
        this.writer = writer;
        this.history = history;
    }

    @Override
    public List<HttpReference> load() throws ReferenceStoreException {
        try {
            List<HttpReference> references = history.ask("read the references", JdbcReferenceStore::select);
            keepOnly(references);
            return references;
        } catch (StoreException failure) {
            throw new ReferenceStoreException(String.valueOf(failure.getMessage()), failure);
        }
    }

    @Override
    public void save(List<HttpReference> references) throws ReferenceStoreException {
        List<HttpReference> changed = references.stream()
                .filter(reference -> !reference.equals(kept.get(reference.uri())))
                .toList();
        Set<URI> replaced = new HashSet<>(kept.keySet());
        references.forEach(reference -> replaced.remove(reference.uri()));
        changed.forEach(reference -> replaced.add(reference.uri()));
        if (replaced.isEmpty()) {
            return;
        }
        try {
            writer.write("save the references", session -> replace(session, replaced, changed));
        } catch (StoreException failure) {
            throw new ReferenceStoreException(String.valueOf(failure.getMessage()), failure);
        }
        keepOnly(references);
    }

    private void keepOnly(List<HttpReference> references) {
        kept.clear();
        references.forEach(reference -> kept.put(reference.uri(), reference));
    }

    private static int replace(Session session, Set<URI> gone, List<HttpReference> added) throws SQLException {
        PreparedStatement delete = session.prepare(DELETE);
        for (URI uri : gone) {
            delete.setString(1, uri.toString());
            delete.addBatch();
        }
        delete.executeBatch();
        PreparedStatement insert = session.prepare(INSERT);
        for (HttpReference reference : added) {
            bind(insert, reference);
            insert.addBatch();
        }
        insert.executeBatch();
        return added.size();
    }

    private static void bind(PreparedStatement insert, HttpReference reference) throws SQLException {
        Conduct conduct = reference.conduct();
        insert.setString(1, reference.uri().toString());
        insert.setBytes(2, reference.key().bytes());
        insert.setString(3, reference.level().name());
        insert.setString(4, conduct.lastGood().toString());
        insert.setLong(5, conduct.successes());
        insert.setLong(6, conduct.failures());
        insert.setLong(7, conduct.failuresInARow());
        insert.setDouble(8, conduct.reliability());
        insert.setLong(9, conduct.latencyMicros());
        insert.setLong(10, conduct.grudge().offences());
        insert.setDouble(11, conduct.grudge().weight());
        insert.setString(12, conduct.grudge().lastOffence().toString());
    }

    private static List<HttpReference> select(Connection connection) throws SQLException {
        List<HttpReference> references = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                references.add(read(row));
            }
        }
        return references;
    }

    private static HttpReference read(ResultSet row) throws SQLException {
        String uri = Objects.requireNonNull(row.getString(1));
        try {
            return new HttpReference(
                    URI.create(uri), NodeKey.of(row.getBytes(2)), Level.valueOf(row.getString(3)), conduct(row));
        } catch (IllegalArgumentException | DateTimeException damaged) {
            throw new SQLException("the reference \"" + uri + "\" is damaged: " + damaged.getMessage(), damaged);
        }
    }

    private static Conduct conduct(ResultSet row) throws SQLException {
        return new Conduct(
                Instant.parse(row.getString(4)),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getDouble(8),
                row.getLong(9),
                new Grudge(row.getLong(10), row.getDouble(11), Instant.parse(row.getString(12))));
    }
}
