package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay in a process of its own that reads its configuration again while it runs. */
@Timeout(90)
final class ReloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Path config;
    private Path log;
    private Process relay;

    @BeforeEach
    void start() throws IOException {
        config = directory.resolve("relay.yaml");
        log = directory.resolve("log");
        write("drain.period: 1s");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--listen=127.0.0.1:0",
                "--data=" + directory.resolve("data"),
                "--config=" + config);
        relay = builder.redirectError(log.toFile()).start();
        BufferedReader out = relay.inputReader(UTF_8);
        String line = out.readLine();
        while (line != null && !line.startsWith("listening on ")) {
            line = out.readLine();
        }
        assertThat(line).isNotNull();
    }

    @AfterEach
    void stop() {
        relay.destroyForcibly();
    }

    /** Replaces the file as a whole, so that it is never read half written. */
    private void write(String... lines) throws IOException {
        Path fresh = Files.write(directory.resolve("fresh"), List.of(lines));
        Files.move(fresh, config, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitLog(String... texts) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Files.readString(log)).contains(texts));
    }

    private void hangUp() throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(relay.pid())).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    @Test
    void whatCanChangeDoesAndWhatCannotIsSaidByName() throws Exception {
        write("drain.period: 2s", "log-level: debug", "store.readers: 3");
        awaitLog(
                "changed: [log-level, store.readers, drain.period]",
                "holds only when the node is started again: [store.readers]");
        hangUp();
        awaitLog("changed: nothing");
        write("drain.period: 2s", "log-level: error");
        awaitLog("changed: [log-level, store.readers]");
    }

    @Test
    void mistakeChangesNothingAndEndsNothing() throws Exception {
        write("drain.perod: 2s");
        awaitLog("the configuration stays as it was: ", "drain.period");
        relay.destroy();
        assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(relay.exitValue()).isZero();
    }
}
