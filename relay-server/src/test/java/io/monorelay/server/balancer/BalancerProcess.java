package io.monorelay.server.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.monorelay.server.net.RawConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A balancer in a process of its own, with an example from {@code docs/deploy} as its configuration. It ends with the JVM at the latest. */
final class BalancerProcess implements AutoCloseable {
    /** Where its connections to the relays come from, so that they can be told from those of clients. */
    static final String OUTGOING = "127.0.0.9";

    private static final Path EXAMPLES = Path.of("..", "docs", "deploy");
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);

    private final Process process;
    private final Path log;
    private final Thread orphanPrevention;

    private BalancerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        orphanPrevention = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(orphanPrevention);
    }

    /** Where that program is; without it the test is aborted. */
    static Path program(String name) {
        for (String directory : List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")) {
            Path file = Path.of(directory, name);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return abort("no " + name + " on this machine: apt-get install " + name);
    }

    /** The example with other values, each of which must have had its place in it. */
    static Path configuration(String example, Path directory, Map<String, String> replacements) throws IOException {
        String text = Files.readString(EXAMPLES.resolve(example), UTF_8);
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            assertThat(text).contains(replacement.getKey());
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        return Files.writeString(directory.resolve(example), text, UTF_8);
    }

    /** Starts it; returns when it accepts connections on those ports. */
    static BalancerProcess start(Path directory, List<String> command, int... ports) throws IOException {
        Path log = directory.resolve("balancer.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .start();
        BalancerProcess started = new BalancerProcess(process, log);
        for (int port : ports) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(accepts(port))
                            .as("port %d; its log: %s", port, started.log())
                            .isTrue());
        }
        return started;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), RawConnection.PATIENCE_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    String log() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            Runtime.getRuntime().removeShutdownHook(orphanPrevention);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError(e);
        } catch (IllegalStateException goingDown) {
            // Then the hook does what it is there for.
        }
    }
}
