package io.monorelay.server.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Private nodes behind an address translation, in a network of their own, and a relay in another. Takes root; is skipped
 * without.
 */
@Timeout(90)
final class NamespacesTest {
    private static final int RELAY_PORT = 8000;
    private static final int PRIVATE_PORT = 8001;
    private static final int OTHER_PRIVATE_PORT = 8002;
    /** A refusal comes at once; after a second the stranger's system tries again. */
    private static final int STRANGER_WAITS_MILLIS = 700;

    private static final Duration PING_INTERVAL = Duration.ofSeconds(2);
    private static final String PINGS = "--ping.v2-interval=" + PING_INTERVAL.toSeconds() + "s";
    private static final Duration NOTICED = PING_INTERVAL.multipliedBy(2);
    /** From the end of a link to the next dial, at most, when it was no failure before. */
    private static final Duration BACK_OFF = Duration.ofSeconds(1);
    /** For the dial itself, for looking at it from outside, and for a machine that is busy. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final long SEED = Long.getLong("monorelay.wire.seed", 1);

    @TempDir
    private Path directory;

    /** It listens already, so that nobody's first dial is a failure. */
    private NamespacedNode relay(Wire wire) throws Exception {
        NamespacedNode relay = NamespacedNode.relay(wire.publicSide(), RELAY_PORT, directory.resolve("relay"), PINGS);
        relay.awaitListening();
        return relay;
    }

    private NamespacedNode joining(NamespacedNode relay, Wire wire, int port) throws Exception {
        return NamespacedNode.joining(relay, wire.privateSide(), port, directory.resolve("at-" + port));
    }

    private static void awaitLinked(NamespacedNode... nodes) {
        Stream.of(nodes).forEach(NamespacedNode::awaitListening);
        Stream.of(nodes).forEach(node -> node.awaitLinksOpened(1));
    }

    @Test
    void nodesThatNobodyCanDialTakePartAllTheSame() throws Exception {
        try (Wire wire = Wire.start();
                NamespacedNode relay = relay(wire);
                NamespacedNode one = joining(relay, wire, PRIVATE_PORT);
                NamespacedNode other = joining(relay, wire, OTHER_PRIVATE_PORT)) {
            awaitLinked(one, other);
            assertStrangersGetNoAnswer(wire, one);
            try (CollectedStream atRelay = relay.stream();
                    CollectedStream atOne = one.stream();
                    CollectedStream atOther = other.stream()) {
                relay.publish("from the relay");
                relay.publishTo(one.key(), "from the relay to one");
                one.publish("from one");
                other.publishTo(one.key(), "from the other to one");
                other.publish("from the other");

                atRelay.assertGets("from the relay", "from one", "from the other");
                atOther.assertGets("from the relay", "from one", "from the other");
                atOne.assertGets(
                        "from the relay",
                        "from one",
                        "from the other",
                        "from the relay to one",
                        "from the other to one");
            }
        }
    }

    /** And they would, were it not for the address translation. */
    private static void assertStrangersGetNoAnswer(Wire wire, NamespacedNode node) throws Exception {
        Process stranger = node.dialFrom(wire.publicSide());
        try {
            assertThat(stranger.waitFor(STRANGER_WAITS_MILLIS, TimeUnit.MILLISECONDS))
                    .as("the stranger has an answer, if only a refusal")
                    .isFalse();
            assertThat(wire.packets("strangers")).isPositive();

            wire.letStrangersIn();
            String answer = new String(stranger.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void linkWhosePacketsDisappearIsReplaced() throws Exception {
        try (Wire wire = Wire.start();
                NamespacedNode relay = relay(wire);
                NamespacedNode node = joining(relay, wire, PRIVATE_PORT)) {
            awaitLinked(node);
            try (CollectedStream atRelay = relay.stream();
                    CollectedStream atNode = node.stream()) {
                List<String> all = new ArrayList<>(publish(relay, node, "before", 1));
                assertGet(all, atRelay, atNode);

                wire.forgetConnections();
                long forgottenAt = System.nanoTime();
                all.addAll(publish(relay, node, "meanwhile", 1));
                node.awaitLinksEnded(1);
                Duration unnoticed = Duration.ofNanos(System.nanoTime() - forgottenAt);
                node.awaitLinksOpened(2);
                Duration unlinked = Duration.ofNanos(System.nanoTime() - forgottenAt);
                all.addAll(publish(relay, node, "after", 1));

                assertThat(unnoticed).isLessThan(NOTICED.plus(SLACK));
                assertThat(unlinked).isLessThan(NOTICED.plus(BACK_OFF).plus(SLACK));
                assertThat(wire.packets("forgotten")).isPositive();
                assertGet(all, atRelay, atNode);
            }
        }
    }

    @Test
    void whatIsPublishedWhileNothingPassesArrivesAfterwards() throws Exception {
        try (Wire wire = Wire.start();
                NamespacedNode relay = relay(wire);
                NamespacedNode node = joining(relay, wire, PRIVATE_PORT)) {
            awaitLinked(node);
            try (CollectedStream atRelay = relay.stream();
                    CollectedStream atNode = node.stream()) {
                List<String> all = new ArrayList<>(publish(relay, node, "before", 5));
                wire.becomeBlackHole();
                all.addAll(publish(relay, node, "meanwhile", 5));
                node.awaitLinksEnded(1);
                wire.heal();
                all.addAll(publish(relay, node, "after", 5));

                assertGet(all, atRelay, atNode);
                assertThat(wire.packets("swallowed")).isPositive();
            }
        }
    }

    @Test
    void longAndLossyWireLosesNothing() throws Exception {
        try (Wire wire = Wire.start("--delay-ms=200", "--loss-percent=2", "--seed=" + SEED);
                NamespacedNode relay = relay(wire);
                NamespacedNode node = joining(relay, wire, PRIVATE_PORT)) {
            awaitLinked(node);
            try (CollectedStream atRelay = relay.stream();
                    CollectedStream atNode = node.stream()) {
                List<String> all = new ArrayList<>();
                for (String when : List.of("first", "second", "third", "fourth")) {
                    all.addAll(publish(relay, node, when, 50));
                }

                assertGet(all, atRelay, atNode);
                assertThat(wire.packets("lost")).as("seed %d", SEED).isPositive();
            }
        }
    }

    /** Publishes so many at both ends; returns all of them. */
    private static List<String> publish(NamespacedNode relay, NamespacedNode node, String when, int count)
            throws Exception {
        String[] fromRelay = numbered("from the relay, " + when, count);
        String[] fromNode = numbered("from the node, " + when, count);
        relay.publish(fromRelay);
        node.publish(fromNode);
        return Stream.of(fromRelay, fromNode).flatMap(Stream::of).toList();
    }

    private static String[] numbered(String text, int count) {
        return IntStream.range(0, count).mapToObj(i -> text + " " + i).toArray(String[]::new);
    }

    private static void assertGet(List<String> texts, CollectedStream... streams) {
        Stream.of(streams).forEach(stream -> stream.assertGets(texts));
    }
}
