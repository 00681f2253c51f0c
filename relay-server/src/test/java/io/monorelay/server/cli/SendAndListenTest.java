package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.node.RelayNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real relay. */
@Timeout(60)
final class SendAndListenTest {
    @TempDir
    private Path directory;

    private RelayNode node;
    private String url;

    @BeforeEach
    void start() throws Exception {
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
        RelayConfig config = ConfigLoader.load(
                        null, Map.of(), Map.of("listen", "127.0.0.1:0", "data", directory.toString()))
                .config();
        node = RelayNode.start(config, NodeIdentity.generate(ed25519), ed25519);
        url = "ws://127.0.0.1:" + node.address().getPort();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void severalWordsAreOneMessage() {
        Cli cli = Cli.run("send", "--relay", url, "hello", "there");
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.lines())
                .singleElement()
                .asString()
                .contains("\"position\":")
                .contains("\"id\":");
    }

    @Test
    void everyLineIsAMessageAndTheAnswersComeInTheirOrder() {
        String lines =
                IntStream.range(0, 2000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        Cli cli = sending(lines);
        assertThat(cli.exitCode()).isZero();
        List<String> positions = cli.lines().stream()
                .map(line -> line.replaceAll(".*\"position\":(\\d+).*", "$1"))
                .toList();
        assertThat(positions).hasSize(2000).doesNotHaveDuplicates();
        assertThat(positions.stream().map(Long::valueOf).toList()).isSorted();
    }

    @Test
    void aLineThatCannotBeSentFailsTheCommandButNotTheLinesAfterIt() {
        Cli cli = sending("good\nb\0ad\n" + "x".repeat(70_000) + "\nalso good\n");
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.lines()).hasSize(2);
        assertThat(cli.err().lines().toList())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("relay: not sent: "));
    }

    @Test
    void whatIsSentIsHeard() throws Exception {
        CompletableFuture<Cli> listening = listen("--count", "2", "--json");
        // Whoever listens from the middle on hears the next two all the same.
        while (!listening.isDone()) {
            assertThat(Cli.run("send", "--relay", url, "heard").err()).isEmpty();
        }
        Cli cli = listening.get(10, TimeUnit.SECONDS);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.lines()).hasSize(2).allSatisfy(line -> assertThat(line).contains("\"data\":\"heard\""));
    }

    @Test
    void aListenerWhoseRelayGoesAwayFailsAndSaysSo() throws Exception {
        CompletableFuture<Cli> listening = listen();
        while (node.metrics().traffic().nonZero().isEmpty()) {
            Thread.onSpinWait();
        }
        node.close();
        Cli cli = listening.get(20, TimeUnit.SECONDS);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains(url);
    }

    /** On a thread that this test starts, since the detector of leaks goes by that. */
    private CompletableFuture<Cli> listen(String... options) {
        List<String> arguments = new ArrayList<>(List.of("listen", "--relay", url));
        arguments.addAll(List.of(options));
        CompletableFuture<Cli> listening = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> listening.complete(Cli.run(arguments.toArray(String[]::new))));
        return listening;
    }

    private Cli sending(String standardInput) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(standardInput.getBytes(UTF_8)));
        try {
            return Cli.run("send", "--relay", url);
        } finally {
            System.setIn(before);
        }
    }
}
