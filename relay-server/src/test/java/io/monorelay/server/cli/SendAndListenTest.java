package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.metrics.Outcome;
import io.monorelay.metrics.Traffic;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.node.RelayNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
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
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);

    @TempDir
    private Path directory;

    private final NodeIdentity identity = NodeIdentity.generate(ED25519);

    private RelayNode node;
    private String url;

    @BeforeEach
    void start() throws Exception {
        startOn("127.0.0.1:0");
        url = "ws://127.0.0.1:" + node.address().getPort();
    }

    private void startOn(String address) throws Exception {
        RelayConfig config = ConfigLoader.load(null, Map.of(), Map.of("listen", address, "data", directory.toString()))
                .config();
        node = RelayNode.start(config, identity, ED25519);
    }

    private void restart() throws Exception {
        String address = "127.0.0.1:" + node.address().getPort();
        node.close();
        startOn(address);
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
    void aListenerWhoseRelayComesBackGoesOnWhereItWas() throws Exception {
        CompletableFuture<Cli> listening = listen("--json", "--after", "0", "--count", "3");
        await().until(() -> node.metrics().traffic().count(Traffic.HANDSHAKES_V2) == 1);
        assertThat(Cli.run("send", "--relay", url, "one").exitCode()).isZero();
        restart();
        assertThat(Cli.run("send", "--relay", url, "two").exitCode()).isZero();
        assertThat(Cli.run("send", "--relay", url, "three").exitCode()).isZero();
        Cli cli = listening.get(30, TimeUnit.SECONDS);
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.lines())
                .extracting(line -> line.replaceAll(".*\"data\":\"(\\w+)\".*", "$1"))
                .containsExactly("one", "two", "three");
        assertThat(cli.err()).contains(url + ": the link was closed").contains(url + ": linked again");
    }

    @Test
    void whatIsSentWhileTheRelayIsAwayWaitsForIt() throws Exception {
        PipedOutputStream typing = new PipedOutputStream();
        CompletableFuture<Cli> sent = sending(new PipedInputStream(typing));
        type(typing, "one");
        await().until(() -> node.metrics().outcomes().count(Outcome.ACCEPTED) == 1);
        String address = "127.0.0.1:" + node.address().getPort();
        node.close();
        type(typing, "two");
        typing.close();
        startOn(address);
        Cli cli = sent.get(30, TimeUnit.SECONDS);
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.lines()).hasSize(2);
        assertThat(cli.err()).contains("linked again");
    }

    private static void type(PipedOutputStream typing, String line) throws IOException {
        typing.write((line + "\n").getBytes(UTF_8));
        typing.flush();
    }

    @Test
    void whatNoRelayTakesInTimeFailsTheCommand() throws Exception {
        PipedOutputStream typing = new PipedOutputStream();
        CompletableFuture<Cli> sent = sending(new PipedInputStream(typing), "--wait", "1");
        await().until(() -> node.metrics().traffic().count(Traffic.HANDSHAKES_V2) == 1);
        node.close();
        type(typing, "late");
        Cli cli = sent.get(30, TimeUnit.SECONDS);
        typing.close();
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("relay: no relay acknowledged the message within 1000 ms");
    }

    @Test
    void aMessageGoesToEveryRelayThatIsGivenAndOneOfThemIsEnough() {
        Cli cli = Cli.run("send", "--relay", "ws://127.0.0.1:1", "--relay", url, "hello");
        assertThat(cli.exitCode()).isZero();
        assertThat(cli.lines()).hasSize(1);
    }

    /** On a thread that this test starts, since the detector of leaks goes by that. */
    private CompletableFuture<Cli> listen(String... options) {
        List<String> arguments = new ArrayList<>(List.of("listen", "--relay", url));
        arguments.addAll(List.of(options));
        return inAThread(arguments);
    }

    private static CompletableFuture<Cli> inAThread(List<String> arguments) {
        CompletableFuture<Cli> running = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> running.complete(Cli.run(arguments.toArray(String[]::new))));
        return running;
    }

    /** Sends what is typed; the streams of the machine are as before once that has ended. */
    private CompletableFuture<Cli> sending(InputStream typed, String... options) {
        InputStream before = System.in;
        System.setIn(typed);
        List<String> arguments = new ArrayList<>(List.of("send", "--relay", url));
        arguments.addAll(List.of(options));
        return inAThread(arguments).whenComplete((cli, failure) -> System.setIn(before));
    }

    private Cli sending(String standardInput) {
        return sending(new ByteArrayInputStream(standardInput.getBytes(UTF_8)))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
