package io.monorelay.server.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.node.Inbox;
import io.monorelay.server.node.LinkedNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose heap is exhausted: it does not go on with half of its threads, but ends, and is started again. */
@Timeout(60)
final class MemoryExhaustedTest {
    /** What Java ends with, for which {@code Restart=on-failure} of systemd starts it again. */
    private static final int OUT_OF_MEMORY = 3;

    private static final Path SCRIPTS = Path.of("..", "scripts", "lib");

    @TempDir
    private Path data;

    /** Those of the options with which the launcher runs a relay that are about this. */
    private static List<String> launcherOptions() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", ". ./java.sh && use_java_options && echo \"${java_options[@]}\"");
        builder.directory(SCRIPTS.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process printing = builder.start();
        String options = new String(printing.getInputStream().readAllBytes(), UTF_8);
        return List.of(options.strip().split(" ")).stream()
                .filter(option -> option.contains("OutOfMemory"))
                .toList();
    }

    @Test
    void itEndsWithACodeThatGetsItStartedAgainAndHasWhatItAcknowledged() throws Exception {
        List<String> launcher = List.of("env", "JDK_JAVA_OPTIONS=" + String.join(" ", launcherOptions()));
        try (RelayProcess relay =
                        RelayProcess.start(launcher, LeakingNode.class, data, "serve", "--listen=127.0.0.1:0");
                LinkedNode publishing = LinkedNode.generate()) {
            Inbox publisher = publishing.connect(relay.awaitListening());
            publisher.publish("acknowledged");
            relay.endInput();
            assertThat(relay.exitCode()).as(relay.log()).isEqualTo(OUT_OF_MEMORY);
        }
        try (RelayProcess relay = RelayProcess.start(List.of(), data, "serve", "--listen=127.0.0.1:0")) {
            URI address = relay.awaitListening();
            assertThat(RelayProcess.get(address, "/messages").toString()).contains("\"acknowledged\"");
        }
    }
}
