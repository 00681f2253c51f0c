package io.monorelay.server.cli;

import static io.monorelay.server.cli.TriedStore.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tools that look after a store, on PostgreSQL. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class PostgresToolsTest {
    private final ForeignNode node = ForeignNode.generate();
    private final ForeignNode other = ForeignNode.generate();

    @AutoClose("end")
    private PostgresServer server;

    private Path directory;
    private String url;
    private TriedStore store;

    @BeforeAll
    void startServer() throws Exception {
        server = PostgresServer.startNew();
    }

    @BeforeEach
    void newDatabase(@TempDir Path ownDirectory) throws SQLException {
        directory = ownDirectory;
        url = server.newDatabase();
        store = TriedStore.postgres(url, directory.resolve("data"));
    }

    @Test
    void infoSaysWhatIsThere() {
        Cli cli = store.filled(node, other).tool("info");
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.out())
                .contains("PostgreSQL, " + url)
                .containsPattern("messages +4\n")
                .containsPattern("positions +3 to 12\n")
                .contains("2023-11-14T22:13:20Z")
                .containsPattern("reserved +through 1000\n")
                .containsPattern("removed +none\n")
                .containsPattern("remembered +1 nodes\n")
                .containsPattern("references +0\n");
    }

    @Test
    void anIntactStoreIsFoundToBeSo() {
        Cli cli = store.filled(node, other).tool("verify");
        assertThat(cli.out()).as(cli.err()).isEqualTo("4 messages checked, all is well\n");
        assertThat(cli.exitCode()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE message SET members = substr(members, 2) WHERE position = 4 | position 4: not JSON",
                "UPDATE message SET sender = substr(sender, 2) WHERE position = 4 | position 4: its sender is not the one",
                "UPDATE message SET receiver = NULL WHERE position = 5 | position 5: its receiver is not the one",
                "UPDATE relay_state SET value = 7 WHERE name = 'stored_bytes' | but the store has counted 7",
            })
    void whateverIsWrongIsFoundAndNamed(String damage, String said) throws SQLException {
        store.filled(node, other);
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, "");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(damage)).isEqualTo(1);
        }
        Cli cli = store.tool("verify");
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains(said).doesNotContain("\tat ");
    }

    @Test
    void whatSqliteHasMovesThereAndBackWithItsPositions() throws Exception {
        TriedStore sqlite = TriedStore.sqlite(directory.resolve("sqlite")).filled(node, other);
        assertThat(store.importFrom(sqlite).out()).isEqualTo("4 messages imported\n");
        assertThat(store.tool("verify").out()).isEqualTo("4 messages checked, all is well\n");
        assertThat(store.rows()).isEqualTo(sqlite.rows());
        assertThat(store.reservedThrough()).isEqualTo(1000);
        assertThat(store.rememberedPositions()).isEqualTo(sqlite.rememberedPositions());

        TriedStore back = TriedStore.sqlite(directory.resolve("back"));
        assertThat(back.importFrom(store).out()).isEqualTo("4 messages imported\n");
        assertThat(back.rows()).isEqualTo(sqlite.rows());
        assertThat(back.tool("export").lines())
                .isEqualTo(store.tool("export").lines())
                .isEqualTo(sqlite.tool("export").lines());
    }

    @Test
    void whatIsThereAlreadyIsNotAppendedAgain() throws Exception {
        TriedStore sqlite = TriedStore.sqlite(directory.resolve("sqlite")).filled(node, other);
        store.filled(other, List.of(stored(7, node.broadcast("own"))));
        assertThat(store.importFrom(sqlite).err()).contains("the store is not empty");
        assertThat(store.importFrom(sqlite, "--append").out()).isEqualTo("4 messages imported\n");
        assertThat(store.importFrom(sqlite, "--append").out()).isEqualTo("0 messages imported, 4 were there before\n");
        assertThat(store.tool("verify").out()).isEqualTo("5 messages checked, all is well\n");
    }

    @Test
    void allButTheImportWorkBesideARelay() throws Exception {
        store.filled(node, other);
        List<String> lines = store.tool("export").lines();
        try (JdbcStore relay = store.open()) {
            assertThat(store.tool("info").err()).isEmpty();
            assertThat(store.tool("verify").out()).isEqualTo("4 messages checked, all is well\n");
            assertThat(store.tool("export").lines()).isEqualTo(lines);
            Cli refused = store.importLines(lines, "--append");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("another relay is using it");
            relay.restore(List.of(stored(13, node.broadcast("afterwards"))));
            assertThat(relay.newestPosition()).isEqualTo(13);
        }
    }

    @ParameterizedTest
    @CsvSource({"info", "verify", "export"})
    void aStoreThatIsNotThereIsNotMade(String tool) throws SQLException {
        Cli cli = store.tool(tool);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("relay: there is no store in the database (PostgreSQL, " + url + ")\n");
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, "");
                ResultSet tables = connection.getMetaData().getTables(null, "public", null, null)) {
            assertThat(tables.next()).as("a table was made").isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"info,", "verify,", "export,", "import, --in=/dev/null"})
    void aDatabaseThatIsNotThereIsNamedInOneLine(String tool, @Nullable String option) {
        TriedStore missing = TriedStore.postgres(url + "_missing", directory.resolve("data"));
        Cli cli = option == null ? missing.tool(tool) : missing.tool(tool, option);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err())
                .startsWith("relay: cannot open the store (PostgreSQL, " + url + "_missing): ")
                .contains("does not exist")
                .hasLineCount(1);
    }
}
