package io.monorelay.server.store;

import static io.monorelay.server.store.TestMessages.broadcast;
import static io.monorelay.server.store.TestMessages.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.refs.Conduct;
import io.monorelay.refs.HttpReference;
import io.monorelay.store.Durability;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends JdbcStoreContract {
    private static final int GROUP = 500;

    @TempDir
    Path directory;

    @Override
    JdbcStore reopen() throws StoreException {
        return open(Durability.COMMIT);
    }

    private JdbcStore open(Durability durability) throws StoreException {
        return JdbcStore.open(new SqliteDialect(file(), durability), READERS, clock);
    }

    private Path file() {
        return directory.resolve(JdbcStore.FILE);
    }

    @Override
    Dialect dialect() {
        return new SqliteDialect(file(), Durability.COMMIT);
    }

    @Override
    String plan(HistoryQuery query) throws Exception {
        try (Connection connection = connect()) {
            String sql = new HistoryStatement(query, 100).sql();
            try (PreparedStatement explain = connection.prepareStatement("EXPLAIN QUERY PLAN " + sql);
                    ResultSet rows = explain.executeQuery()) {
                StringBuilder plan = new StringBuilder();
                while (rows.next()) {
                    plan.append(rows.getString("detail")).append('\n');
                }
                return plan.toString();
            }
        }
    }

    private Connection connect() throws Exception {
        return dialect().writing().getConnection();
    }

    @Test
    void levelFsyncKeepsTheSamePromises() throws Exception {
        store.append(List.of(broadcast(1, "at level commit")));
        store.close();
        store = open(Durability.FSYNC);
        store.reserve(10);
        store.append(List.of(broadcast(2, "at level fsync")));
        assertThat(store.durability()).isEqualTo(Durability.FSYNC);
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L, 2L);
    }

    @Test
    void writeAheadLogBeginsAnewWhileMessagesCome() throws Exception {
        // Several times what the log may hold.
        long position = 1;
        while (position < 200_000) {
            jdbc().restore(unsigned(position, GROUP, clock.millis()));
            position += GROUP;
        }
        Path wal = directory.resolve(JdbcStore.FILE + "-wal");
        assertThat(Files.size(wal)).isLessThan(256L << 20);
    }

    @Test
    void writeAheadLogIsMovedAfterTheLastMessage() throws Exception {
        int group = 50_000;
        for (int i = 0; i < 3; i++) {
            jdbc().restore(unsigned(1 + (long) i * group, group, clock.millis()));
        }
        await().untilAsserted(() -> assertThat(Files.size(file())).isGreaterThan(75L << 20));
    }

    @Test
    void messagesOfTheFirstVersionAreTakenOver() throws Exception {
        Path older = directory.resolve("older.db");
        SqliteDialect dialect = new SqliteDialect(older, Durability.COMMIT);
        Schema.flyway(dialect).target("1").load().migrate();
        List<StoredMessage> messages = unsigned(1, 3, clock.millis());
        try (Connection connection = dialect.writing().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO message"
                        + " (position, id, sender, form, accepted_at, members) VALUES (?, ?, ?, 0, ?, ?)")) {
            for (StoredMessage message : messages) {
                insert.setLong(1, message.position());
                insert.setBytes(2, message.id().bytes());
                insert.setBytes(3, message.sender().bytes());
                insert.setLong(4, message.acceptedAtMillis());
                insert.setBytes(5, message.members());
                insert.executeUpdate();
            }
        }
        try (JdbcStore opened = JdbcStore.open(dialect, READERS, clock)) {
            for (StoredMessage message : messages) {
                assertThat(opened.find(message.id())).usingRecursiveComparison().isEqualTo(message);
            }
            assertThat(opened.restore(unsigned(4, 1, clock.millis()))).isEmpty();
            assertThat(opened.newestPosition()).isEqualTo(4);
        }
    }

    @Test
    void referencesOfTheFirstVersionKeepTheirReputation() throws Exception {
        SqliteDialect dialect = new SqliteDialect(directory.resolve("older.db"), Durability.COMMIT);
        Schema.flyway(dialect).target("1").load().migrate();
        try (Connection connection = dialect.writing().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO http_reference VALUES"
                    + " ('http://a.example', zeroblob(32), 'V1', '2026-01-01T00:00:00Z', 8, 0, 0)");
        }
        Conduct expected = Conduct.ofTotals(Instant.parse("2026-01-01T00:00:00Z"), 8, 0, 0);
        try (JdbcStore opened = JdbcStore.open(dialect, READERS, clock)) {
            assertThat(opened.references().load())
                    .extracting(HttpReference::conduct)
                    .containsExactly(expected);
        }
    }

    @Test
    void fileThatIsNoDatabaseIsRefusedInOneLine() throws Exception {
        store.close();
        Files.writeString(file(), "This is a text, and has been one since long before anybody opened it. ".repeat(20));
        assertThatThrownBy(this::reopen)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("not a database")
                .satisfies(refused -> assertThat(refused.getMessage().lines()).hasSize(1));
        reset();
    }

    @Test
    void tablesOfANewerVersionAreRefused() throws Exception {
        store.close();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO flyway_schema_history SELECT 99, '99', 'of tomorrow', type, script, checksum,"
                            + " installed_by, installed_on, execution_time, success FROM flyway_schema_history LIMIT 1");
        }
        assertThatThrownBy(this::reopen)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("99")
                .satisfies(refused -> assertThat(refused.getMessage().lines()).hasSize(1));
        reset();
    }

    /** So that there is a store to be closed after the test. */
    private void reset() throws Exception {
        Files.delete(file());
        store = reopen();
    }
}
