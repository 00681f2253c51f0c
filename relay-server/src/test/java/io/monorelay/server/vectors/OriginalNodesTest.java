package io.monorelay.server.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.server.node.LinkedNode;
import io.monorelay.server.node.RunningRelay;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Original nodes of both kinds take part beside each other, for as long as they like. */
@Timeout(120)
final class OriginalNodesTest {
    private static final String PROBE = "probe ";
    private static final Duration SILENCE = Duration.ofMillis(2_500);

    @Test
    void messagesGoFromEachToAllOthersExactlyOnce() {
        try (RunningRelay relay = RunningRelay.start("references.allow-private=true");
                V1PublicNode known = V1PublicNode.start();
                V1PublicNode alsoKnown = V1PublicNode.start();
                V1PrivateNode one = V1PrivateNode.connect(relay.socketAddress());
                V1PrivateNode two = V1PrivateNode.connect(relay.socketAddress())) {
            assertThat(known.shakeHands(relay.socketAddress())).isTrue();
            assertThat(alsoKnown.shakeHands(relay.socketAddress())).isTrue();
            awaitReferences(relay, known, alsoKnown);
            int each = 20;
            for (int i = 0; i < each; i++) {
                known.publish("known " + i);
                alsoKnown.publish("also known " + i);
                one.publish("one " + i);
                two.publish("two " + i);
                relay.sendToAll("relay " + i);
            }
            await().untilAsserted(() -> {
                assertThat(heard(known.received()))
                        .containsExactlyInAnyOrderElementsOf(texts(each, "also known", "one", "two", "relay"));
                assertThat(heard(alsoKnown.received()))
                        .containsExactlyInAnyOrderElementsOf(texts(each, "known", "one", "two", "relay"));
                assertThat(heard(one.received()))
                        .containsExactlyInAnyOrderElementsOf(texts(each, "known", "also known", "two", "relay"));
                assertThat(heard(two.received()))
                        .containsExactlyInAnyOrderElementsOf(texts(each, "known", "also known", "one", "relay"));
                assertThat(one.acknowledged()).isEqualTo(each);
                assertThat(two.acknowledged()).isEqualTo(each);
            });
            assertThat(List.of(known.faults(), alsoKnown.faults(), one.faults(), two.faults()))
                    .allMatch(List::isEmpty);
            assertThat(relay.total("offences", "invalid_answer")).isZero();
        }
    }

    @Test
    void publicNodeThatWeAskBackMakesAReferenceOfUs() {
        try (RunningRelay listening = RunningRelay.start();
                RunningRelay relay = RunningRelay.start(
                        "references.allow-private=true", "node.public-addresses=http://127.0.0.1:" + listening.port());
                V1PublicNode node = V1PublicNode.start()) {
            node.shakeHands(relay.socketAddress());
            await().untilAsserted(() -> assertThat(node.references())
                    .containsExactlyInAnyOrder(
                            URI.create("http://127.0.0.1:" + relay.port()),
                            URI.create("http://127.0.0.1:" + listening.port())));
            assertThat(node.faults()).isEmpty();
        }
    }

    @Test
    void publicNodeThatHasGoneCostsTheOthersNothing() {
        try (RunningRelay relay = RunningRelay.start("references.allow-private=true", "forward.breaker-failures=2");
                V1PublicNode gone = V1PublicNode.start();
                V1PublicNode stays = V1PublicNode.start()) {
            gone.shakeHands(relay.socketAddress());
            stays.shakeHands(relay.socketAddress());
            awaitReferences(relay, gone, stays);
            gone.goAway();
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                sent.add("message " + i);
                relay.sendToAll("message " + i);
                await().untilAsserted(() -> assertThat(heard(stays.received())).isEqualTo(sent));
            }
            await().untilAsserted(() -> assertThat(
                            relay.total("drops", "forward_failed") + relay.total("drops", "forward_paused"))
                    .isGreaterThanOrEqualTo(10));
            assertThat(relay.total("offences", "invalid_answer")).isZero();
        }
    }

    @Test
    void privateNodeIsKeptAliveByPings() {
        try (RunningRelay relay = RunningRelay.start("ping.v1-interval=1s");
                V1PrivateNode node = V1PrivateNode.connect(relay.socketAddress(), SILENCE)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> node.pings() >= 6);
            assertThat(node.isConnected()).isTrue();
            relay.sendToAll("still there?");
            await().untilAsserted(() -> assertThat(node.received()).containsExactly("still there?"));
        }
    }

    @Test
    void privateNodeThatIsNotPingedGivesUp() {
        try (RunningRelay relay = RunningRelay.start("ping.v1-interval=29s");
                V1PrivateNode node = V1PrivateNode.connect(relay.socketAddress(), Duration.ofMillis(300))) {
            assertThat(LinkedNode.await(node.ended())).isEqualTo("nothing came");
        }
    }

    /** Until these are forwarded to; what was sent to find that out does not count. */
    private static void awaitReferences(RunningRelay relay, V1PublicNode... nodes) {
        AtomicInteger number = new AtomicInteger();
        await().until(() -> {
            relay.sendToAll(PROBE + number.getAndIncrement());
            return Stream.of(nodes).noneMatch(node -> node.received().isEmpty());
        });
    }

    private static List<String> heard(List<String> received) {
        return received.stream().filter(data -> !data.startsWith(PROBE)).toList();
    }

    private static List<String> texts(int each, String... senders) {
        return Stream.of(senders)
                .flatMap(sender -> IntStream.range(0, each).mapToObj(i -> sender + " " + i))
                .toList();
    }
}
