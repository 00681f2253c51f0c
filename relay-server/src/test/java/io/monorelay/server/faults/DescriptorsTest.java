package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.Inbox;
import io.monorelay.server.node.LinkedNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A relay that may have fewer descriptors than there are connections to it. */
@Timeout(90)
final class DescriptorsTest {
    private static final int DESCRIPTORS = 256;
    private static final int WATCHED_MILLIS = 3000;
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);
    private static final String NONE_ACCEPTED = "no connection can be accepted at ";

    @TempDir
    private Path data;

    private final List<RawConnection> crowd = new ArrayList<>();

    @AfterEach
    void disperse() {
        crowd.forEach(RawConnection::close);
        crowd.clear();
    }

    @Test
    void whoIsThereGoesOnWhenDescriptorsHaveRunOutAndOthersComeInOnceThereAreSome() throws Exception {
        List<String> limited = List.of("bash", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$@\"", "bash");
        try (RelayProcess relay =
                        RelayProcess.start(limited, data, "serve", "--listen=127.0.0.1:0", "--timeouts.request=60s");
                LinkedNode publishing = LinkedNode.generate();
                LinkedNode reading = LinkedNode.generate()) {
            URI address = relay.awaitListening();
            Inbox publisher = publishing.connect(address);
            Inbox reader = reading.connect(address);
            RawConnection page = RawConnection.to(address.getPort());
            crowd.add(page);
            publisher.publish("before");
            assertThat(totals(page).path("refusals")).isEmpty();

            for (int i = 0; i < DESCRIPTORS; i++) {
                crowd.add(RawConnection.to(address.getPort()));
            }
            await().atMost(PATIENCE).until(() -> relay.log().contains(NONE_ACCEPTED));
            Duration before = relay.cpu();
            relay.run(WATCHED_MILLIS);
            assertThat(relay.cpu().minus(before)).isLessThan(Duration.ofMillis(WATCHED_MILLIS / 2));
            publisher.publish("meanwhile");
            reader.assertNext("before", "meanwhile");
            assertThat(totals(page).path("refusals").path("not_accepted").asInt(0))
                    .isBetween(1, 2 + WATCHED_MILLIS / 1000 + RawConnection.PATIENCE_MILLIS / 1000);

            disperse();
            try (Inbox newcomer = LinkedNode.generate().connect(address)) {
                publisher.publish("after");
                newcomer.assertNext("after");
            }
            reader.assertNext("after");
            await().atMost(PATIENCE).until(() -> relay.log().contains("connections are accepted again at "));
            assertThat(relay.log().split(NONE_ACCEPTED, -1)).as(relay.log()).hasSize(2);
            assertThat(relay.log()).doesNotContain(" ERROR ");
        }
    }

    /** Over a connection that there is already. */
    private static JsonNode totals(RawConnection page) {
        return JsonMapper.shared()
                .readTree(page.send("GET / HTTP/1.1\r\nHost: relay\r\n\r\n")
                        .answer()
                        .body())
                .path("totals");
    }
}
