package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.Publication;
import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.network.Follower;
import io.monorelay.server.node.Inbox;
import io.monorelay.server.node.LinkedNode;
import io.monorelay.server.node.RunningRelay;
import io.monorelay.server.ws.JdkSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that stands still for seconds, as under SIGSTOP or on a machine that is moved, and then goes on. */
@Timeout(60)
final class StandstillTest {
    private static final int STANDSTILL_MILLIS = 10_000;
    private static final int SHORT_STANDSTILL_MILLIS = 4000;
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);

    @TempDir
    private Path data;

    private static List<String> texts(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + " " + i).toList();
    }

    /** A v1 peer may be silent for three of its ping intervals, which is less than the relay stands still. */
    @Test
    void aRelayThatStoodStillHasLostNobodyAndRepeatsNothing() throws Exception {
        try (RelayProcess relay =
                        RelayProcess.start(List.of(), data, "serve", "--listen=127.0.0.1:0", "--ping.v1-interval=1s");
                LinkedNode publishing = LinkedNode.generate();
                LinkedNode reading = LinkedNode.generate()) {
            URI address = relay.awaitListening();
            Inbox publisher = publishing.connect(address);
            Inbox reader = reading.connect(address);
            try (JdkSocket original = JdkSocket.v1(address)) {
                publisher.publish("before");
                List<String> meanwhile = texts("meanwhile", 20);
                List<CompletionStage<Publication>> answers = new ArrayList<>();
                relay.signal("STOP");
                meanwhile.forEach(text -> answers.add(publisher.link().publish(text, null)));
                relay.run(STANDSTILL_MILLIS);
                relay.signal("CONT");
                for (CompletionStage<Publication> answer : answers) {
                    assertThat(LinkedNode.await(answer)).isInstanceOf(Publication.Accepted.class);
                }
                publisher.publish("after");

                List<String> all = new ArrayList<>(List.of("before"));
                all.addAll(meanwhile);
                all.add("after");
                reader.assertNext(all.toArray(String[]::new));
                for (String text : all) {
                    assertThat(original.nextData()).isEqualTo(text);
                }
                var totals = RelayProcess.get(address, "/").path("totals");
                assertThat(totals.path("closes")).isEmpty();
                assertThat(totals.path("traffic").path("websockets_closed").asLong(0))
                        .isZero();
            }
        }
    }

    @Test
    void aNodeThatStoodStillKeepsItsLinkAndHasEverythingOnce() throws Exception {
        try (RunningRelay relay = RunningRelay.start();
                RelayProcess node = RelayProcess.start(
                        List.of(), data, "join", relay.socketAddress().toString(), "--listen=127.0.0.1:0")) {
            Follower follower = new Follower();
            URI address = node.awaitListening();
            follower.follow(address);
            await().atMost(PATIENCE).until(() -> relay.total("traffic", "websockets_opened") == 1);
            relay.sendToAll("before");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(follower.texts()).containsExactly("before"));

            node.signal("STOP");
            List<String> all = new ArrayList<>(List.of("before"));
            all.addAll(texts("meanwhile", 100));
            all.subList(1, all.size()).forEach(relay::sendToAll);
            node.run(SHORT_STANDSTILL_MILLIS);
            node.signal("CONT");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(follower.texts()).isEqualTo(all));
            assertThat(RelayProcess.get(address, "/")
                            .path("totals")
                            .path("links")
                            .path("ended")
                            .asLong(0))
                    .isZero();
            assertThat(relay.total("traffic", "websockets_closed")).isZero();
        }
    }
}
