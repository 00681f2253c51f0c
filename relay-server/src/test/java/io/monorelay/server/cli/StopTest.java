package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, as only there a signal can come. */
@Timeout(60)
final class StopTest {
    @TempDir
    private Path directory;

    @Test
    void relayHasItsDataForItselfUntilSigtermEndsItWithExitCode0() throws Exception {
        Process relay = start("serve", "--listen", "127.0.0.1:0", "--data", directory.toString());
        try (BufferedReader out = relay.inputReader(UTF_8)) {
            assertThat(lineWith("  store ", out)).endsWith("SQLite; what is acknowledged survives kill -9");
            assertThat(lineWith("listening on 127.0.0.1:", out)).isNotNull();
            assertOwnerAlone("relay.db", "relay.db-wal", "node.key");
            assertDataIsInUse();
            relay.destroy();
            assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(relay.exitValue()).isZero();
        } finally {
            relay.destroyForcibly();
        }
        assertThat(directory.resolve("node.key")).exists();
    }

    @Test
    void secondSignalEndsARelayThatLetsItsPeersGo() throws Exception {
        Process relay =
                start("serve", "--listen", "127.0.0.1:0", "--data", directory.toString(), "--drain.readiness-delay=1h");
        try (BufferedReader out = relay.inputReader(UTF_8)) {
            String listening = "listening on ";
            URI health =
                    URI.create("http://" + lineWith(listening, out).substring(listening.length()) + "/health/ready");
            relay.destroy();
            await().untilAsserted(() -> assertThat(get(health)).contains("draining"));
            relay.destroy();
            assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(relay.exitValue()).isEqualTo(1);
        } finally {
            relay.destroyForcibly();
        }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void nodeThatJoinsSaysWhereItLinksToAndWhereApplicationsFindIt() throws Exception {
        String relay = "ws://127.0.0.1:1";
        Process node = start("join", relay, "--listen", "127.0.0.1:0", "--data", directory.toString());
        try (BufferedReader out = node.inputReader(UTF_8)) {
            assertThat(lineWith("  key ", out)).isNotNull();
            assertThat(lineWith("  url ", out)).contains("http://127.0.0.1:");
            assertThat(lineWith("  link ", out)).endsWith(relay);
            assertThat(lineWith("listening on 127.0.0.1:", out)).isNotNull();
            node.destroy();
            assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(node.exitValue()).isZero();
        } finally {
            node.destroyForcibly();
        }
    }

    private void assertOwnerAlone(String... files) throws IOException {
        for (String file : files) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    private void assertDataIsInUse() {
        Cli second = Cli.run("serve", "--listen", "127.0.0.1:0", "--data", directory.toString());
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err())
                .contains("the data directory " + directory + " is in use by another relay")
                .hasLineCount(1);
    }

    private static Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.command().addAll(List.of(arguments));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String lineWith(String text, BufferedReader out) throws IOException {
        String line = out.readLine();
        while (line != null && !line.contains(text)) {
            line = out.readLine();
        }
        return line;
    }
}
