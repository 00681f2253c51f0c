package io.monorelay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.StoredRow;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tools that look after a store, on SQLite. */
@Timeout(120)
final class StoreToolsTest {
    @TempDir
    private Path directory;

    private final ForeignNode node = ForeignNode.generate();
    private final ForeignNode other = ForeignNode.generate();

    @Test
    void infoSaysWhatIsThere() {
        Path data = filled("data");
        Cli cli = tool("info", data);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.out())
                .contains("SQLite, " + data.resolve("relay.db"))
                .containsPattern("messages +4\n")
                .containsPattern("positions +3 to 12\n")
                .contains("2023-11-14T22:13:20Z")
                .containsPattern("reserved +through 1000\n")
                .containsPattern("removed +none\n")
                .containsPattern("remembered +1 nodes\n")
                .containsPattern("references +0\n");
    }

    @ParameterizedTest
    @CsvSource({"info", "verify", "export"})
    void aStoreThatIsNotThereIsNotMade(String tool) {
        Cli cli = tool(tool, directory.resolve("nowhere"));
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).startsWith("relay: there is no store " + directory.resolve("nowhere/relay.db"));
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    @Test
    void anIntactStoreIsFoundToBeSo() {
        Cli cli = tool("verify", filled("data"));
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out()).isEqualTo("4 messages checked, all is well\n");
        assertThat(cli.exitCode()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE message SET members = CAST(replace(CAST(members AS TEXT), 'hello', 'hellO') AS BLOB) WHERE position = 3"
                        + " | position 3: field \"signature\"",
                "UPDATE message SET members = substr(members, 2) WHERE position = 4 | position 4: not JSON",
                "UPDATE message SET members = CAST('\"info\":\"x\"' AS BLOB) WHERE position = 4 | position 4: it is no message",
                "UPDATE message SET members = CAST(replace(CAST(members AS TEXT), ',\"signature\"', ', \"signature\"') AS BLOB)"
                        + " WHERE position = 4 | position 4: its text is not as it was signed",
                "UPDATE message SET id = zeroblob(32) WHERE position = 4 | position 4: its id is not that of its contents",
                "UPDATE message SET sender = zeroblob(32) WHERE position = 4 | position 4: its sender is not the one",
                "UPDATE message SET receiver = NULL WHERE position = 5 | position 5: its receiver is not the one",
                "UPDATE message SET form = 7 WHERE position = 3 | position 3: its form is not that of its contents",
                "UPDATE message SET position = 5000 WHERE position = 12 | position 5000: only those up to 1000 were reserved",
                "UPDATE relay_state SET value = 4 WHERE name = 'removed_through' | position 4: all up to 4 were removed",
                "UPDATE relay_state SET value = 7 WHERE name = 'stored_bytes' | but the store has counted 7",
            })
    void whateverIsWrongIsFoundAndNamed(String damage, String said) throws SQLException {
        Path data = filled("data");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("relay.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(damage)).isEqualTo(1);
        }
        Cli cli = tool("verify", data);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains(said).doesNotContain("\tat ");
        assertThat(cli.out()).startsWith("4 messages checked, wrong: ");
    }

    @Test
    void anExportIsALineAMessageAndMovesToAnotherStoreWithItsPositions() throws Exception {
        Path from = filled("from");
        Path file = directory.resolve("export.ndjson");
        assertThat(tool("export", from, "--out", file.toString()).err()).isEqualTo("relay: 4 messages exported\n");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).isEqualTo("{\"reserved_through\":1000,\"removed_through\":0}");
        assertThat(lines.get(1))
                .startsWith("{\"position\":3,\"id\":\"")
                .contains("\",\"accepted_at\":" + TriedStore.ACCEPTED_AT + ",\"message\":{\"sender\":[");

        Path to = directory.resolve("to");
        Cli imported = tool("import", to, "--in", file.toString());
        assertThat(imported.err()).isEmpty();
        assertThat(imported.out()).isEqualTo("4 messages imported\n");
        assertThat(tool("verify", to).out()).isEqualTo("4 messages checked, all is well\n");
        TriedStore first = TriedStore.sqlite(from);
        TriedStore second = TriedStore.sqlite(to);
        assertThat(second.rows()).isEqualTo(first.rows());
        assertThat(second.reservedThrough()).isEqualTo(1000);
        assertThat(second.rememberedPositions()).isEqualTo(first.rememberedPositions());
        assertThat(tool("export", to).lines()).isEqualTo(lines);
    }

    @Test
    void whatRetentionHasRemovedIsKnownInTheOtherStoreToo() throws Exception {
        Path from = filled("from");
        try (JdbcStore store = open(from)) {
            store.trim(new MessageStore.Retention(Long.MAX_VALUE / 2, 0), 2);
        }
        Path to = directory.resolve("to");
        assertThat(move(from, to).exitCode()).isZero();
        assertThat(tool("info", to).out())
                .containsPattern("positions +5 to 12\n")
                .containsPattern("removed +through 4\n");
    }

    @Test
    void anExportWithoutItsFirstLineIsTakenAsFarAsItGoes() throws Exception {
        Path file = directory.resolve("export.ndjson");
        List<String> lines = tool("export", filled("from")).lines();
        Files.write(file, lines.subList(2, 4));
        Path to = directory.resolve("to");
        assertThat(tool("import", to, "--in", file.toString()).out()).isEqualTo("2 messages imported\n");
        assertThat(tool("info", to).out())
                .containsPattern("positions +4 to 5\n")
                .containsPattern("reserved +through 5\n")
                .containsPattern("removed +through 3\n");
    }

    @Test
    void aStoreThatIsNotEmptyIsLeftAloneUnlessAskedToAppend() throws Exception {
        Path from = filled("from");
        Path to = directory.resolve("to");
        String own = node.broadcast("own");
        fill(to, TriedStore.stored(7, own));
        Cli refused = move(from, to);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("the store is not empty")
                .contains("it has 1 messages")
                .contains("--append");

        Cli appended = move(from, to, "--append");
        assertThat(appended.out()).as(appended.err()).isEqualTo("4 messages imported\n");
        try (JdbcStore store = open(to)) {
            assertThat(store.rows(0, 100).stream().map(StoredRow::position))
                    .containsExactly(7L, 1001L, 1002L, 1003L, 1004L);
            assertThat(store.reservedThrough()).isGreaterThan(1004);
        }
        assertThat(move(from, to, "--append").out()).isEqualTo("0 messages imported, 4 were there before\n");
        assertThat(tool("verify", to).out()).isEqualTo("5 messages checked, all is well\n");
    }

    @Test
    void aForgedLineIsNotStoredAndNothingAfterItIs() throws Exception {
        List<String> lines = new ArrayList<>(tool("export", filled("from")).lines());
        lines.set(2, lines.get(2).replace("second", "secOnd"));
        Path to = directory.resolve("to");
        Cli cli = importLines(to, lines);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err())
                .contains("line 3: field \"signature\"")
                .contains("the 1 messages before it are in the store");
        assertThat(tool("info", to).out()).containsPattern("messages +1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | line 1: not JSON",
                "{} | line 1: expected the members of a message",
                "{\"reserved_through\":-1,\"removed_through\":0} | line 1: field \"reserved_through\": expected a whole number",
                "{\"node\":\"x\",\"processed_through\":0} | line 1: the key \"x\" is neither",
                "{\"info\":\"x\"} | line 1: expected {\"position\":…,\"message\":…,\"signature\":…}",
            })
    void aLineThatIsNoExportIsNamed(String line, String said) throws Exception {
        Cli cli = importLines(directory.resolve("to"), List.of(line));
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains(said);
    }

    @Test
    void aLineOutOfOrderOrWithAnotherIdIsRefused() throws Exception {
        List<String> lines = tool("export", filled("from")).lines();
        assertThat(importLines(directory.resolve("a"), List.of(lines.get(2), lines.get(1)))
                        .err())
                .contains("line 2: position 3 after 4, expected a higher one");
        String otherId = lines.get(1).replaceFirst("\"id\":\"[0-9a-f]{64}", "\"id\":\"" + "0".repeat(64));
        assertThat(importLines(directory.resolve("b"), List.of(otherId)).err())
                .contains("line 1: its id is not that of its contents");
    }

    @Test
    void aMessageWithLineBreaksStaysALine() throws Exception {
        String contents = "{\n\"sender\": " + node.keyNumbers() + ",\r\n \"receiver\":[], \"data\":\"x\",\"time\":\""
                + time() + "\"}";
        Path from = directory.resolve("from");
        fill(from, TriedStore.stored(1, node.signed(contents)));
        List<String> lines = tool("export", from).lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).contains("\"members_base64\":\"");
        Path to = directory.resolve("to");
        assertThat(importLines(to, lines).out()).isEqualTo("1 messages imported\n");
        assertThat(tool("verify", to).out()).isEqualTo("1 messages checked, all is well\n");
        assertThat(tool("export", to).lines()).isEqualTo(lines);
    }

    @Test
    void aDirectoryThatIsInUseIsNotImportedInto() throws Exception {
        Path from = filled("from");
        Path to = directory.resolve("to");
        DataDirectory.Lock lock = new DataDirectory(to).lock();
        Cli cli = move(from, to);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains("the data directory " + to + " is in use by another relay");
        lock.release();
        assertThat(move(from, to).exitCode()).isZero();
    }

    @Test
    void allButTheImportWorkBesideARelay() throws Exception {
        Path data = filled("data");
        try (JdbcStore relay = open(data)) {
            assertThat(tool("info", data).exitCode()).isZero();
            relay.restore(List.of(TriedStore.stored(13, node.broadcast("meanwhile"))));
            assertThat(tool("verify", data).out()).isEqualTo("5 messages checked, all is well\n");
            assertThat(tool("export", data).lines()).hasSize(7);
            relay.restore(List.of(TriedStore.stored(14, node.broadcast("afterwards"))));
            assertThat(relay.newestPosition()).isEqualTo(14);
        }
    }

    @Test
    void anExportDoesNotOverwriteAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("precious"), "kept");
        Cli cli = tool("export", filled("data"), "--out", file.toString());
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains("precious: there is already a file of this name");
        assertThat(file).hasContent("kept");
    }

    // what the tools are tried on

    private static Cli tool(String tool, Path data, String... more) {
        return TriedStore.sqlite(data).tool(tool, more);
    }

    private static Cli importLines(Path data, List<String> lines) throws IOException {
        return TriedStore.sqlite(data).importLines(lines);
    }

    private static Cli move(Path from, Path to, String... more) throws IOException {
        return TriedStore.sqlite(to).importFrom(TriedStore.sqlite(from), more);
    }

    private Path filled(String name) {
        Path data = directory.resolve(name);
        TriedStore.sqlite(data).filled(node, other);
        return data;
    }

    private void fill(Path data, StoredMessage message) {
        TriedStore.sqlite(data).filled(other, List.of(message));
    }

    private static JdbcStore open(Path data) throws StoreException {
        return TriedStore.sqlite(data).open();
    }

    private String time() {
        String message = node.broadcast("");
        int from = message.indexOf("\"time\":\"") + 8;
        return message.substring(from, from + 19);
    }
}
