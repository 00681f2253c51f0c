package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.net.CertificateFiles;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files that a relay was started with are gone while it runs. */
@Timeout(60)
final class VanishedFilesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void itGoesOnWithWhatItHasReadAndSaysSo() throws Exception {
        CertificateFiles files = CertificateFiles.make(directory, "relay");
        Path config = Files.writeString(directory.resolve("relay.yaml"), "drain.period: 1s\n");
        try (RelayProcess relay = RelayProcess.start(
                List.of(),
                directory,
                "serve",
                "--listen=127.0.0.1:0",
                "--config=" + config,
                "--tls.certificate=" + files.certificate(),
                "--tls.key=" + files.key())) {
            URI address = relay.awaitListening();
            Files.delete(files.key());
            Files.delete(config);
            relay.signal("HUP");
            await().atMost(PATIENCE)
                    .until(() -> relay.log().contains("TLS goes on with the certificate that it has: tls.key"));
            await().atMost(PATIENCE).until(() -> relay.log().contains("the configuration stays as it was: "));
            assertThat(RelayProcess.get(address, "/health/live")).isNotNull();
            relay.stop();
        }
    }
}
