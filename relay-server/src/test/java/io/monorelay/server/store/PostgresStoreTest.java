package io.monorelay.server.store;

import static io.monorelay.server.store.TestMessages.broadcast;
import static io.monorelay.server.store.TestMessages.broadcasts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.log.FreshMessage;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresStoreTest extends JdbcStoreContract {
    @AutoClose("end")
    @SuppressWarnings("NullAway.Init")
    private PostgresServer server;

    private @Nullable String url;

    @BeforeAll
    void startServer() throws Exception {
        server = PostgresServer.startNew();
    }

    @Override
    @BeforeEach
    void open() throws Exception {
        url = server.newDatabase();
        super.open();
    }

    @Override
    JdbcStore reopen() throws StoreException {
        return JdbcStore.open(dialect(), READERS, clock);
    }

    @Override
    Dialect dialect() {
        return server.dialect(url);
    }

    @Override
    String plan(HistoryQuery query) throws Exception {
        try (Connection connection = dialect().writing().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE message");
            try (PreparedStatement explained = new HistoryStatement(query, 100).prepare(connection);
                    ResultSet rows = statement.executeQuery("EXPLAIN " + explained)) {
                StringBuilder plan = new StringBuilder();
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
                return plan.toString();
            }
        }
    }

    @Test
    void secondRelayOnTheSameTablesIsRefused() {
        assertThatThrownBy(this::reopen)
                .isInstanceOf(StoreException.class)
                .hasMessage("cannot open the store (PostgreSQL, " + url + "): another relay is using it");
    }

    /** As when a relay is started again before the server has noticed that the one before has ended. */
    @Test
    void relayThatComesWhileAnotherIsEndingGetsTheTables() throws Exception {
        store.append(broadcasts(1, 3));
        try (ExecutorService operator = Executors.newSingleThreadExecutor()) {
            Future<JdbcStore> opening = operator.submit(this::reopen);
            await().until(this::somebodyWaitsForTheLock);
            assertThat(opening).isNotDone();
            store.close();
            store = opening.get(60, TimeUnit.SECONDS);
        }
        assertThat(store.append(broadcasts(4, 1))).isEmpty();
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L, 2L, 3L, 4L);
    }

    private boolean somebodyWaitsForTheLock() throws SQLException {
        try (Connection connection = dialect().writing().getConnection();
                Statement statement = connection.createStatement();
                ResultSet waiting =
                        statement.executeQuery("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")) {
            return waiting.next();
        }
    }

    @Test
    void connectionThatIsCutIsReplaced() throws Exception {
        store.append(broadcasts(1, 3));
        server.cutOff(url);

        assertThatThrownBy(() -> store.append(broadcasts(4, 3)))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("cannot store messages (PostgreSQL, " + url + "): ");
        assertThat(store.append(broadcasts(4, 3))).isEmpty();
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void serverThatIsAwayFailsEveryCallUntilItIsBack() throws Exception {
        store.append(broadcasts(1, 3));
        server.stop();

        assertThatThrownBy(() -> store.append(broadcasts(4, 1))).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.append(broadcasts(4, 1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the database cannot be reached");
        assertThatThrownBy(() -> store.reserve(10)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> page(0, 10, Selection.BROADCASTS)).isInstanceOf(StoreException.class);

        server.start();
        store.reserve(10);
        store.append(broadcasts(4, 1));
        assertThat(positions(page(0, 10, Selection.BROADCASTS))).containsExactly(1L, 2L, 3L, 4L);
    }

    /** What the writer of the relay does: the same group again until it is stored. */
    @Test
    void messagesThatComeWhileTheServerIsRestartedAreStoredOnce() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<FreshMessage> messages = broadcasts(1, 2_000);
        int failures = 0;
        try (ExecutorService operator = Executors.newSingleThreadExecutor()) {
            Future<?> restarting = operator.submit(() -> {
                for (int i = 0; i < 3; i++) {
                    server.stop();
                    server.start();
                }
                return null;
            });
            int next = 0;
            while (next < messages.size() || !restarting.isDone()) {
                List<FreshMessage> group = nextGroup(messages, next, random);
                failures += appendUntilStored(group);
                next = Math.min(next + group.size(), messages.size());
            }
            restarting.get(60, TimeUnit.SECONDS);
        }
        assertThat(failures).as("seed " + seed).isPositive();
        assertThat(allPositions())
                .as("seed " + seed)
                .isEqualTo(messages.stream().map(FreshMessage::position).toList());
    }

    /** When all are stored and the server is still being restarted, some come again, as they may. */
    private static List<FreshMessage> nextGroup(List<FreshMessage> messages, int next, Random random) {
        int first = next < messages.size() ? next : random.nextInt(messages.size());
        return messages.subList(first, Math.min(first + 1 + random.nextInt(20), messages.size()));
    }

    private int appendUntilStored(List<FreshMessage> group) {
        for (int failures = 0; ; failures++) {
            try {
                assertThat(store.append(group)).isEmpty();
                return failures;
            } catch (StoreException away) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    private List<Long> allPositions() throws StoreException {
        List<Long> all = new ArrayList<>();
        long after = 0;
        boolean isEnd = false;
        while (!isEnd) {
            var page = page(after, 10_000, Selection.BROADCASTS);
            page.messages().stream().map(StoredMessage::position).forEach(all::add);
            after = page.next();
            isEnd = page.isEnd();
        }
        return all;
    }

    @Test
    void databaseThatIsNotThereIsRefusedInOneLine() {
        String missing = url + "_missing";
        assertThatThrownBy(() -> JdbcStore.open(server.dialect(missing), READERS, clock))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(missing)
                .hasMessageContaining("does not exist")
                .satisfies(refused -> assertThat(refused.getMessage().lines()).hasSize(1));
    }

    @Test
    void parametersOfTheUrlAreNotShown() throws Exception {
        store.close();
        store = JdbcStore.open(server.dialect(url + "?options=-c%20statement_timeout=60000"), READERS, clock);
        assertThat(jdbc().location()).isEqualTo("PostgreSQL, " + url);
        assertThat(store.append(List.of(broadcast(1, "a")))).isEmpty();
    }
}
