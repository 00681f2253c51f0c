package io.monorelay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.KeyFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class MainTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"serve", "keygen", "send", "listen", "config"})
    void everyCommandHasHelpWithItsExitCodes(String command) {
        Cli cli = Cli.run(command, "--help");
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out()).startsWith("Usage: relay " + command).contains("Exit codes:");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void theHelpListsTheCommands() {
        assertThat(Cli.run("--help").out()).contains("serve", "keygen", "send", "listen", "config", "--version");
    }

    @Test
    void theVersionIsPrinted() {
        Cli cli = Cli.run("--version");
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out()).startsWith("Monorelay ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                | Missing required subcommand",
                "srve                            | serve",
                "store                           | Missing required subcommand",
                "store veryfy                    | verify",
                "serve --lisen x                 | --listen",
                "serve --listen nowhere          | listen = nowhere  (--listen): expected host:port",
                "serve --config /nowhere/x.yaml  | /nowhere/x.yaml",
                "config --log.slots 3            | power of two",
                "keygen                          | --out",
                "send --receiver abc x           | the key \"abc\" is neither",
                "send --relay ftp://x y          | the relay \"ftp://x\" is not a URL such as",
                "listen --count 0                | --count 0: expected at least 1",
                "listen --count many             | many",
                "join                            | no relay to join",
                "join relay.example.org          | links = [relay.example.org]",
                "store info --store.url x        | store.url",
            })
    void whatIsNotAskedProperlyEndsWith2AndSaysWhatIsWrong(String arguments, String said) {
        Cli cli = arguments == null ? Cli.run() : Cli.run(arguments.split(" +"));
        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains(said).doesNotContain("\tat ");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void aKeyIsMadeOnceAndNeverOverwritten() throws IOException {
        Path file = directory.resolve("node.key");
        Cli made = Cli.run("keygen", "--out", file.toString());
        assertThat(made.exitCode()).isZero();
        byte[] written = Files.readAllBytes(file);
        KeyFile.Loaded loaded = KeyFile.read(file, Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE));
        assertThat(made.lines()).containsExactly(loaded.identity().key().toString());

        Cli again = Cli.run("keygen", "--out", file.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("already").contains(file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(written);
    }

    @Test
    void theConfigurationIsShownWithWhereItComesFrom() throws IOException {
        Path file = Files.writeString(directory.resolve("relay.yaml"), "node:\n  name: tower\n");
        Cli cli = Cli.run("config", "--config", file.toString(), "--listen", "127.0.0.1:9", "--seen.max-ids=7");
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.lines())
                .contains(
                        "listen = 127.0.0.1:9  (--listen)",
                        "seen.max-ids = 7  (--seen.max-ids)",
                        "node.name = tower  (file " + file + ")",
                        "data = ./data  (default)");
        assertThat(cli.out()).contains("heap: ", "direct memory: ", "  ids seen (seen.max-ids = 7) ");
    }

    @Test
    void aRelayDoesNotStartOnAPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Cli cli = Cli.run("serve", "--listen", address, "--data", directory.toString());
            assertFailedInOneLine(cli, address);
        }
    }

    @Test
    void aRelayDoesNotStartWhereItsLimitsAreMoreThanItsMemory() {
        String data = directory.toString();
        Cli cli = Cli.run("serve", "--listen", "127.0.0.1:0", "--data", data, "--log.max-bytes=1TiB");
        assertFailedInOneLine(cli, "log.max-bytes = 1TiB");
        assertThat(cli.err())
                .contains("heap: the program", "network.max-connections = ", "memory.inbound = ", "(-Xmx)")
                .doesNotContain("direct memory");
        String budget = "--memory.outbound=1TiB";
        assertFailedInOneLine(
                Cli.run("serve", "--listen", "127.0.0.1:0", "--data", data, budget), "MaxDirectMemorySize");
    }

    @Test
    void aRelayDoesNotStartWithAKeyItCannotRead() throws IOException {
        Path key = Files.writeString(directory.resolve("node.key"), "{}");
        Cli cli = Cli.run("serve", "--listen", "127.0.0.1:0", "--data", directory.toString());
        assertFailedInOneLine(cli, key.toString());
        assertThat(key).hasContent("{}");
    }

    @Test
    void aRelayDoesNotStartWithoutADirectoryForItsData() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertFailedInOneLine(Cli.run("serve", "--listen", "127.0.0.1:0", "--data", file.toString()), file.toString());
        assertFailedInOneLine(Cli.run("serve", "--listen", "127.0.0.1:0", "--data", file + "/below"), file.toString());
    }

    @Test
    void sendingAndListeningWithoutARelayFail() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String url = "ws://127.0.0.1:" + free;
        assertFailedInOneLine(Cli.run("send", "--relay", url, "hello"), url + ": cannot connect");
        assertFailedInOneLine(Cli.run("listen", "--relay", url), url + ": cannot connect");
    }

    @Test
    void aKeyFileThatIsNotThereIsNamed() {
        String missing = directory.resolve("missing").toString();
        assertFailedInOneLine(Cli.run("send", "--key", missing, "hello"), "no key file " + missing);
    }

    private static void assertFailedInOneLine(Cli cli, String said) {
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).startsWith("relay: ").contains(said).hasLineCount(1);
        assertThat(cli.out()).isEmpty();
    }
}
