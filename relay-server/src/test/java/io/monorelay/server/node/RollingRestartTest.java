package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.LinkStatus;
import io.monorelay.client.RelayClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two relays that share nothing but a link are restarted one after the other, while nodes publish and read. A reader goes
 * on where it was at the relay that it knows; what comes to the other one meanwhile comes to it over the link.
 */
@Timeout(180)
final class RollingRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PUBLISHERS = 3;
    private static final int MESSAGES_BETWEEN = 100;

    private final List<PersistentPublisher> publishers = new ArrayList<>();
    private RunningRelay one;
    private RunningRelay other;

    @BeforeEach
    void start() {
        one = RunningRelay.start("drain.period=1s");
        other = RunningRelay.start("drain.period=1s", "links=" + one.socketAddress());
        other.awaitLinks(1);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (PersistentPublisher publisher : publishers) {
            publisher.stop();
        }
        one.close();
        other.close();
    }

    @Test
    void whoKnowsBothGetsEverythingOnceAndLosesNothing() throws Exception {
        assertNothingIsLost(one.socketAddress(), other.socketAddress(), List.of(httpOf(one), httpOf(other)));
    }

    private static URI httpOf(RunningRelay relay) {
        return URI.create("http://127.0.0.1:" + relay.port());
    }

    private void assertNothingIsLost(URI addressOfOne, URI addressOfOther, List<URI> targets) throws Exception {
        List<String> atBoth = new CopyOnWriteArrayList<>();
        RelayClient client = RelayClient.builder()
                .relay(addressOfOne)
                .relay(addressOfOther)
                .onMessage(message -> atBoth.add(message.data()))
                .start();
        try (SteadyReader atOne = SteadyReader.at(addressOfOne);
                SteadyReader atOther = SteadyReader.at(addressOfOther)) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(client.relays()).allMatch(link -> link.state() == LinkStatus.State.OPEN));
            for (int i = 0; i < PUBLISHERS; i++) {
                publishers.add(new PersistentPublisher("publisher " + i, targets));
            }
            restartBoth();
            List<String> acknowledged = new ArrayList<>();
            for (PersistentPublisher publisher : publishers) {
                acknowledged.addAll(publisher.finish());
            }
            assertGot(acknowledged, atOne::data);
            assertGot(acknowledged, atOther::data);
            assertGot(acknowledged, () -> atBoth);
        } finally {
            LinkedNode.await(client.close());
        }
    }

    private void restartBoth() throws InterruptedException {
        awaitMore();
        one = restarted(one);
        other.awaitLinks(1);
        awaitMore();
        other = restarted(other);
        other.awaitLinks(1);
        awaitMore();
    }

    private static RunningRelay restarted(RunningRelay relay) throws InterruptedException {
        relay.node().drain();
        return relay.startAgain();
    }

    /** Returns when so many more were acknowledged to each publisher. */
    private void awaitMore() {
        for (PersistentPublisher publisher : publishers) {
            int before = publisher.acknowledged().size();
            await().atMost(PATIENCE).until(() -> publisher.acknowledged().size() >= before + MESSAGES_BETWEEN);
        }
    }

    private static void assertGot(List<String> acknowledged, Supplier<List<String>> came) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(came.get()).hasSizeGreaterThanOrEqualTo(acknowledged.size()));
        assertThat(came.get()).containsExactlyInAnyOrderElementsOf(acknowledged);
    }
}
