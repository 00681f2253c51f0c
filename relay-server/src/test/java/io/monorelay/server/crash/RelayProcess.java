package io.monorelay.server.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.cli.Main;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.network.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node in a process of its own, which can be killed at any moment and does not outlive this one. */
public final class RelayProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";
    private static final int PATIENCE_MILLIS = 3 * RawConnection.PATIENCE_MILLIS;

    /** Ten that start together share the processors. */
    private static final long START_MILLIS = 3L * PATIENCE_MILLIS;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final Thread orphanPrevention;

    private RelayProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        orphanPrevention = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(orphanPrevention);
    }

    /**
     * Starts a relay, which does not listen yet.
     *
     * @param data its data directory, where its log goes too
     * @param durability the level of its store
     */
    static RelayProcess start(Path data, String durability) {
        return start(List.of(), data, "serve", "--listen=127.0.0.1:0", "--store.durability=" + durability);
    }

    /**
     * Starts a node, which does not listen yet.
     *
     * @param launcher the command that runs the rest of its command line in the same process, empty for none
     * @param data its data directory, where its log goes too
     * @param arguments what it is told besides, beginning with its command
     */
    public static RelayProcess start(List<String> launcher, Path data, String... arguments) {
        return start(launcher, Main.class, data, arguments);
    }

    /** The same with another program, which is a node too. */
    public static RelayProcess start(List<String> launcher, Class<?> program, Path data, String... arguments) {
        Path log = data.resolve("relay.log");
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        command.add("--data=" + data);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(Redirect.appendTo(log.toFile()))
                    .start();
            return new RelayProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens, as soon as it does. */
    public URI awaitListening() {
        CompletableFuture<Void> listening =
                new CompletableFuture<Void>().orTimeout(START_MILLIS, TimeUnit.MILLISECONDS);
        // Nothing else ends the wait for a line that never comes.
        listening.exceptionally(tooLate -> {
            process.destroyForcibly();
            return null;
        });
        BufferedReader out = process.inputReader(UTF_8);
        try {
            String line = out.readLine();
            while (line != null && !line.startsWith(LISTENING)) {
                line = out.readLine();
            }
            listening.complete(null);
            assertThat(line).as("the node listens; its log: %s", log()).isNotNull();
            return URI.create("ws://" + line.substring(LISTENING.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it run for so long, in which it must not end by itself. */
    public void run(int millis) throws InterruptedException {
        assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS))
                .as("the node ended by itself; its log: %s", log())
                .isFalse();
    }

    /** Sends it a signal, such as {@code "STOP"}; returns when it is sent. */
    public void signal(String name) throws InterruptedException {
        assertThat(Program.run("kill", "-" + name, Long.toString(process.pid())))
                .isZero();
    }

    /** Nothing more comes on its standard input. */
    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** What it has used of the processors so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** With what it has ended by itself, for which it is waited. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        removeHook();
        return process.exitValue();
    }

    /** Tells it to stop, as {@code kill} does; returns when it has ended in good order. */
    public void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        removeHook();
    }

    /** Ends it without a warning, as {@code kill -9} does; returns when it has ended. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        removeHook();
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(orphanPrevention);
        } catch (IllegalStateException goingDown) {
            // Then the hook does what it is there for.
        }
    }

    /** What nodes in this directory have logged so far. */
    public String log() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer to a request of that relay. */
    public static JsonNode get(URI relay, String target) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + relay.getAuthority() + target);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMillis(RawConnection.PATIENCE_MILLIS))
                .build();
        return JsonMapper.shared()
                .readTree(CLIENT.send(request, BodyHandlers.ofByteArray()).body());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        removeHook();
    }
}
