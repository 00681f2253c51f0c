package io.monorelay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.RunningRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(60)
final class RehearseTest {
    @Test
    void everyKindOfWorkIsRehearsedAndNothingOfItIsRefused() {
        try (RunningRelay relay = RunningRelay.start()) {
            Cli cli = Cli.run(
                    "rehearse",
                    "--seconds",
                    "1",
                    "--relay",
                    relay.socketAddress().toString());
            assertThat(cli.err()).isEmpty();
            assertThat(cli.exitCode()).isZero();
            assertThat(relay.total("traffic", "websockets_opened")).isGreaterThan(200);
            assertThat(relay.total("traffic", "handshakes_v2")).isPositive();
            assertThat(relay.total("traffic", "deliveries")).isPositive();
            JsonNode totals = relay.page().path("totals");
            for (String fault : List.of("faults", "closes")) {
                assertThat(totals.path(fault)).as("%s", totals).isEmpty();
            }
        }
    }

    @Test
    void aRelayThatIsNotThereFailsTheRehearsalInOneLine() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Cli cli = Cli.run("rehearse", "--seconds", "1", "--relay", "ws://127.0.0.1:" + free);
        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).startsWith("relay: the rehearsal failed: ").hasLineCount(1);
    }

    @Test
    void theCommandIsTheLaunchersAndNotListed() {
        assertThat(Cli.run("--help").out()).doesNotContain("rehearse");
    }
}
