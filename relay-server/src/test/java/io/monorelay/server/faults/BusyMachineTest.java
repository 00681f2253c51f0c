package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.node.Inbox;
import io.monorelay.server.node.LinkedNode;
import io.monorelay.server.ws.JdkSocket;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other programs that use every processor of the machine. */
@Timeout(90)
final class BusyMachineTest {
    private static final Duration BUSY = Duration.ofSeconds(10);
    private static final int PROGRAMS_PER_PROCESSOR = 2;

    @TempDir
    private Path data;

    private final List<Process> programs = new ArrayList<>();

    /** Each ends by itself too, for the case that this process does not come to it. */
    private void busyAllProcessors() throws IOException {
        String loop = "end=$((SECONDS + " + 2 * BUSY.toSeconds() + ")); while ((SECONDS < end)); do :; done";
        int count = PROGRAMS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < count; i++) {
            programs.add(new ProcessBuilder("bash", "-c", loop).start());
        }
    }

    @AfterEach
    void end() {
        programs.forEach(Process::destroyForcibly);
    }

    @Test
    void nothingIsLostAndNobodyIsCutOffWhileAllProcessorsAreBusy() throws Exception {
        try (RelayProcess relay = RelayProcess.start(
                        List.of(),
                        data,
                        "serve",
                        "--listen=127.0.0.1:0",
                        "--ping.v1-interval=1s",
                        "--ping.v2-interval=2s");
                LinkedNode publishing = LinkedNode.generate();
                LinkedNode reading = LinkedNode.generate()) {
            URI address = relay.awaitListening();
            Inbox publisher = publishing.connect(address);
            Inbox reader = reading.connect(address);
            try (JdkSocket original = JdkSocket.v1(address)) {
                busyAllProcessors();
                List<String> published = new ArrayList<>();
                long end = System.nanoTime() + BUSY.toNanos();
                while (System.nanoTime() - end < 0) {
                    String text = "message " + published.size();
                    publisher.publish(text);
                    published.add(text);
                }
                assertThat(published).hasSizeGreaterThan(10);
                reader.assertNext(published.toArray(String[]::new));
                for (String text : published) {
                    assertThat(original.nextData()).isEqualTo(text);
                }
                var totals = RelayProcess.get(address, "/").path("totals");
                assertThat(totals.path("closes")).isEmpty();
                assertThat(totals.path("traffic").path("websockets_closed").asLong(0))
                        .isZero();
            }
        }
    }
}
