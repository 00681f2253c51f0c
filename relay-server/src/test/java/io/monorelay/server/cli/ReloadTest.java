package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
    private String address;
    private String lastAnswer;

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
        address = "http://" + line.substring("listening on ".length());
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

    private int get(String path) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(URI.create(address + path)));
    }

    private int publish() throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(URI.create(address + "/publish"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("hello")));
    }

    private int ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
            lastAnswer = answer.body();
            return answer.statusCode();
        }
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
                "needs a restart: store.readers = 3  (file " + config + "), was 2");
        hangUp();
        awaitLog("changed: nothing");
        write("drain.period: 2s", "log-level: error");
        awaitLog("changed: [log-level, store.readers]");
    }

    @Test
    void whatHoldsFromNowOnIsSeenByClients() throws Exception {
        assertThat(publish()).isEqualTo(403);
        write("publish.open: true");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(publish()).isEqualTo(200));
        write("publish.open: maybe", "drain.period: 1s");
        awaitLog("the configuration stays as it was: publish.open = maybe");
        assertThat(publish()).isEqualTo(200);
    }

    @Test
    void whatWouldContradictWhatItWasStartedWithChangesNothing() throws Exception {
        write("tls.certificate: relay.crt", "tls.key: relay.key", "tls.required: true");
        awaitLog("the configuration stays as it was: not before a restart: tls.required = true");
        assertThat(get("/health/ready")).isEqualTo(200);
    }

    @Test
    void mistakeChangesNothingAndEndsNothing() throws Exception {
        write("drain.perod: 2s");
        awaitLog("the configuration stays as it was: ", "drain.period");
        assertThat(get("/health/ready")).isEqualTo(200);
        assertThat(get("/")).isEqualTo(200);
        assertThat(lastAnswer).contains("\"config_refused\":1");
        relay.destroy();
        assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(relay.exitValue()).isZero();
    }
}
