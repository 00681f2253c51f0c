package io.monorelay.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigErrorTest extends ConfigFixture {
    @Test
    void unknownKeyInTheFileNamesTheNearestKnownOne() throws Exception {
        file("mesage:\n  maxbytes: 5\n");
        assertRefused("unknown key mesage.maxbytes in file " + file + ": did you mean message.max-bytes?");
    }

    @Test
    void unknownVariableNamesTheNearestKnownOne() {
        environment.put("MONORELAY_LISTN", "0.0.0.0:1");
        assertRefused("unknown environment variable MONORELAY_LISTN: did you mean MONORELAY_LISTEN?");
    }

    @Test
    void unknownFlagNamesTheNearestKnownOne() {
        flags.put("fanout.flush", "8ms");
        assertRefused("unknown flag --fanout.flush: did you mean fanout.flush-interval?");
    }

    @Test
    void budgetForWhatGoesOutHasRoomBesideWhatSlowPeersShare() {
        flags.put("memory.outbound", "79MiB");
        assertRefused("memory.outbound = 79MiB  (--memory.outbound): expected at least a quarter more than "
                + "fanout.laggard-bytes = 64MiB  (default)");
    }

    @Test
    void valueOfAVariableIsNamedWithWhatIsExpected() {
        environment.put("MONORELAY_MESSAGE_MAX_BYTES", "64KB");
        assertRefused("message.max-bytes = 64KB  (environment MONORELAY_MESSAGE_MAX_BYTES): "
                + "expected a byte size such as 64KiB, from 4KiB to 16MiB");
    }

    @Test
    void valueInTheFileIsNamedWithWhatIsExpected() throws Exception {
        file("network: {transport: kqueue}\n");
        assertRefused("network.transport = kqueue  (file " + file + "): expected one of auto, epoll, nio, io_uring");
    }

    @Test
    void emptyValueIsShownAsOne() {
        flags.put("listen", "");
        assertRefused("listen = \"\"  (--listen): expected host:port such as 0.0.0.0:8000 or [::]:8000");
    }

    @Test
    void keyWithoutAValueInTheFileIsRefused() throws Exception {
        file("listen:\n");
        assertRefused("listen = null  (file " + file + "): expected host:port such as 0.0.0.0:8000 or [::]:8000");
    }

    @Test
    void listWhereOneValueIsExpectedIsRefused() throws Exception {
        file("node.name: [a, b]\n");
        assertRefused("node.name = [\"a\",\"b\"]  (file " + file + "): expected at most 128 printable characters");
    }

    @Test
    void valueWhereASectionIsExpectedIsRefused() throws Exception {
        file("message: 64KiB\n");
        assertRefused("message in file " + file + ": expected a section with keys of its own");
    }

    @Test
    void keyGivenNestedAndDottedIsRefused() throws Exception {
        file("node: {name: a}\nnode.name: b\n");
        assertRefused("node.name is given twice in file " + file + ": expected once");
    }

    @Test
    void keyGivenTwiceIsRefused() throws Exception {
        file("listen: 0.0.0.0:1\nlisten: 0.0.0.0:2\n");
        assertMalformed("line 2");
    }

    @Test
    void malformedFileIsRefusedWithTheLine() throws Exception {
        file("listen: 0.0.0.0:1\nnode: [\n");
        assertMalformed("line ");
    }

    @Test
    void secondDocumentIsRefused() throws Exception {
        file("listen: 0.0.0.0:1\n---\nlisten: 0.0.0.0:2\n");
        assertMalformed("line ");
    }

    @Test
    void fileThatIsNoMappingIsRefused() throws Exception {
        file("- listen\n");
        assertRefused("file " + file + ": expected keys with values, such as \"listen: 0.0.0.0:8000\"");
    }

    @Test
    void missingFileIsRefused() {
        file = directory.resolve("absent.yaml");
        assertRefused("file " + file + " does not exist");
    }

    @Test
    void enormousFileIsRefused() throws Exception {
        file("#".repeat((1 << 20) + 1));
        assertRefused("file " + file + " has 1048577 bytes, at most 1048576 are read");
    }

    @ParameterizedTest(name = "{0} = {1} contradicts {2} = {3}")
    @CsvSource({
        "log.max-bytes, 255KiB, message.max-bytes, 64KiB, '4 times '",
        "fanout.max-batch-bytes, 63KiB, message.max-bytes, 64KiB, ''",
        "fanout.laggard-bytes, 255KiB, fanout.max-batch-bytes, 256KiB, ''",
        "forward.queue-bytes, 63KiB, message.max-bytes, 64KiB, ''",
    })
    void contradictionIsRefused(String larger, String value, String smaller, String least, String factor) {
        flags.put(larger, value);
        assertRefused(larger + " = " + value + "  (--" + larger + "): expected at least " + factor + smaller + " = "
                + least + "  (default)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://db.example/relay",
                "jdbc:sqlite:relay.db",
                "postgresql://db.example/relay",
                "jdbc:postgresql://db.example/relay?user=a&password=hunter2",
                "jdbc:postgresql://db.example/a relay",
            })
    void otherDatabaseIsRefused(String url) {
        flags.put("store.url", url);
        assertRefused("store.url = " + url + "  (--store.url): expected nothing (SQLite in the data directory), or"
                + " jdbc:postgresql://HOST[:PORT]/DATABASE without a password in it");
    }

    @Test
    void databaseForMessagesInMemoryIsRefused() {
        flags.put("store.url", "jdbc:postgresql://db.example/relay");
        flags.put("store.durability", "memory");
        assertRefused("store.url = jdbc:postgresql://db.example/relay  (--store.url): expected none with"
                + " store.durability = memory  (--store.durability)");
    }

    @Test
    void certificateWithoutItsKeyIsRefused() {
        flags.put("tls.certificate", "relay.crt");
        assertRefused("tls.key = \"\"  (default): expected both or none, with tls.certificate = relay.crt"
                + "  (--tls.certificate)");
    }

    @Test
    void tlsThatIsRequiredAndNotThereIsRefused() {
        flags.put("tls.required", "true");
        assertRefused("tls.required = true  (--tls.required): expected false with tls.certificate = \"\"  (default)");
    }

    private void assertMalformed(String where) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(this::load)
                .satisfies(refused -> assertThat(refused.line())
                        .startsWith("file " + file)
                        .contains(where)
                        .doesNotContain("\n"));
    }
}
