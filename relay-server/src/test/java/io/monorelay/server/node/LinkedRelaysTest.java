package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.metrics.Linking;
import io.monorelay.metrics.Outcome;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.net.CuttableProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(120)
final class LinkedRelaysTest {
    private static final int NOBODY_LISTENS = 1;

    private static String linksTo(CuttableProxy... wires) {
        List<String> urls = new ArrayList<>();
        for (CuttableProxy wire : wires) {
            urls.add("ws://127.0.0.1:" + wire.port());
        }
        return "links=" + String.join(",", urls);
    }

    private static String linksTo(RunningRelay relay) {
        return "links=" + relay.socketAddress();
    }

    @Test
    void whatIsPublishedAtOneIsDeliveredAtTheOtherWhicheverOfThemDialled() {
        try (RunningRelay dialled = RunningRelay.start();
                RunningRelay dialling = RunningRelay.start(linksTo(dialled));
                Collector atDialled = Collector.at(dialled);
                Collector atDialling = Collector.at(dialling)) {
            dialling.awaitLinks(1);

            dialled.sendToAll("from the dialled one");
            dialling.sendToAll("from the dialling one");

            atDialled.assertGets("from the dialled one", "from the dialling one");
            atDialling.assertGets("from the dialled one", "from the dialling one");
        }
    }

    @Test
    void everybodyInATriangleGetsEachMessageOnceAndLoopsEnd() {
        CuttableProxy toFirst = CuttableProxy.to(NOBODY_LISTENS);
        CuttableProxy toSecond = CuttableProxy.to(NOBODY_LISTENS);
        CuttableProxy toThird = CuttableProxy.to(NOBODY_LISTENS);
        try (RunningRelay first = RunningRelay.start(linksTo(toSecond, toThird));
                RunningRelay second = RunningRelay.start(linksTo(toFirst, toThird));
                RunningRelay third = RunningRelay.start(linksTo(toFirst, toSecond));
                Collector atFirst = Collector.at(first);
                Collector atSecond = Collector.at(second);
                Collector atThird = Collector.at(third)) {
            toFirst.passOnTo(first.port());
            toSecond.passOnTo(second.port());
            toThird.passOnTo(third.port());
            List<RunningRelay> relays = List.of(first, second, third);
            relays.forEach(relay -> relay.awaitLinks(2));

            List<String> all = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                all.add("message " + i);
                relays.get(i % 3).node().router().sendToAll("message " + i);
            }

            atFirst.assertGets(all);
            atSecond.assertGets(all);
            atThird.assertGets(all);
            relays.forEach(relay -> assertThat(relay.node().metrics().outcomes().count(Outcome.ACCEPTED))
                    .isEqualTo(all.size()));
        } finally {
            toFirst.close();
            toSecond.close();
            toThird.close();
        }
    }

    @Test
    void relayThatWasAwayAndCameBackHasEverythingOnce() {
        try (RunningRelay dialledFirst = RunningRelay.start();
                RunningRelay dialling = RunningRelay.start(linksTo(dialledFirst))) {
            dialling.awaitLinks(1);
            dialling.sendToAll("both are there");
            awaitStored(dialledFirst, "both are there");

            dialledFirst.stop();
            dialling.sendToAll("the dialled one is away");
            RunningRelay dialled = dialledFirst.startAgain();
            awaitStored(dialled, "both are there", "the dialled one is away");
            dialling.awaitLinks(1);
            dialling.stop();
            dialled.sendToAll("the dialling one is away");
            try (RunningRelay back = dialling.startAgain()) {
                String[] all = {"both are there", "the dialled one is away", "the dialling one is away"};
                awaitStored(back, all);
                back.sendToAll("both are there again");
                awaitStored(dialled, all[0], all[1], all[2], "both are there again");
                assertThat(stored(back)).hasSize(4);
            } finally {
                dialled.close();
            }
        }
    }

    @Test
    void linkThatWasCutHeals() {
        try (RunningRelay dialled = RunningRelay.start();
                CuttableProxy wire = CuttableProxy.to(dialled.port());
                RunningRelay dialling = RunningRelay.start(linksTo(wire));
                Collector atDialled = Collector.at(dialled);
                Collector atDialling = Collector.at(dialling)) {
            dialling.awaitLinks(1);
            wire.cut();
            dialling.awaitLinks(0);
            dialled.sendToAll("here while it was cut");
            dialling.sendToAll("there while it was cut");
            wire.heal();

            atDialled.assertGets("here while it was cut", "there while it was cut");
            atDialling.assertGets("here while it was cut", "there while it was cut");
            assertThat(dialling.node().metrics().linking().count(Linking.ENDED)).isEqualTo(1);
        }
    }

    @Test
    void linkOfWhichNothingIsHeardIsReplaced() {
        try (RunningRelay dialled = RunningRelay.start("ping.v2-interval=1s");
                CuttableProxy wire = CuttableProxy.to(dialled.port());
                RunningRelay dialling = RunningRelay.start(linksTo(wire));
                Collector atDialled = Collector.at(dialled);
                Collector atDialling = Collector.at(dialling)) {
            dialling.awaitLinks(1);
            wire.blackHole();
            dialled.sendToAll("here while packets were lost");
            dialling.sendToAll("there while packets were lost");
            dialling.awaitLinks(0);
            wire.cut();
            wire.heal();

            atDialled.assertGets("here while packets were lost", "there while packets were lost");
            atDialling.assertGets("here while packets were lost", "there while packets were lost");
        }
    }

    @Test
    void addressedMessageFindsItsReceiverAtTheOtherRelay() throws Exception {
        try (RunningRelay far = RunningRelay.start();
                RunningRelay near = RunningRelay.start(linksTo(far));
                LinkedNode sender = LinkedNode.generate();
                LinkedNode receiver = LinkedNode.generate();
                Collector other = Collector.at(far)) {
            near.awaitLinks(1);
            try (Inbox there = receiver.connect(far);
                    Inbox here = sender.connect(near)) {
                here.publish("while it is there", receiver.key());
                there.assertNext("while it is there");
                there.link().acknowledge(there.link().position() + 1);
            }
            try (Inbox here = sender.connect(near)) {
                here.publish("while it is away", receiver.key());
                NodeKey key = receiver.key();
                await().untilAsserted(
                                () -> assertThat(far.node().metrics().outcomes().count(Outcome.ACCEPTED))
                                        .as("for %s", key)
                                        .isEqualTo(2));
                here.publish("for all");
            }
            try (Inbox there = receiver.resume(far, 0)) {
                there.assertNext("while it is there", "while it is away", "for all");
            }
            other.assertGets("for all");
        }
    }

    @Test
    void relayThatIsItselfIsNotLinkedTo() {
        try (CuttableProxy wire = CuttableProxy.to(NOBODY_LISTENS);
                RunningRelay relay = RunningRelay.start(linksTo(wire))) {
            wire.passOnTo(relay.port());
            await().untilAsserted(
                            () -> assertThat(relay.node().links().reports()).isEmpty());
            relay.assertServing();
        }
    }

    @Test
    void pageShowsTheLinksAndHowFarTheyAre() {
        try (RunningRelay dialled = RunningRelay.start();
                CuttableProxy nowhere = CuttableProxy.to(NOBODY_LISTENS);
                RunningRelay dialling = RunningRelay.start(
                        linksTo(dialled) + ",ws://127.0.0.1:" + nowhere.port() + "/", "node.public=true")) {
            dialling.awaitLinks(1);
            dialling.sendToAll("one");
            dialled.sendToAll("two");
            awaitStored(dialling, "one", "two");

            await().untilAsserted(() -> {
                JsonNode open = linkOnPage(dialling, dialled.socketAddress().toString());
                assertThat(open.path("state").asString()).isEqualTo("open");
                assertThat(open.path("key").asString()).isEqualTo(dialled.key().toString());
                assertThat(open.path("fed_through").asLong()).isPositive();
                assertThat(open.path("received_through").asLong()).isPositive();
                JsonNode waiting = linkOnPage(dialling, "ws://127.0.0.1:" + nowhere.port());
                assertThat(waiting.path("last_failure").asString()).isNotEmpty();
                assertThat(waiting.path("attempts").asInt()).isPositive();
            });
            assertThat(dialling.total("links", "opened")).isEqualTo(1);
            assertThat(dialling.total("links", "not_opened")).isPositive();
            assertThat(dialled.page().path("links").isEmpty()).isTrue();
        }
    }

    private static JsonNode linkOnPage(RunningRelay relay, String url) {
        for (JsonNode link : relay.page().path("links")) {
            if (link.path("relay").asString().equals(url)) {
                return link;
            }
        }
        throw new AssertionError("no link to " + url + " in " + relay.page());
    }

    @Test
    void twoThatAreFloodedFromBothEndsDoNotStall() {
        // Rings so small that both refuse each other's messages now and then.
        String small = "log.slots=256";
        try (RunningRelay first = RunningRelay.start(small);
                RunningRelay second = RunningRelay.start(linksTo(first), small);
                Collector atFirst = Collector.at(first);
                Collector atSecond = Collector.at(second)) {
            second.awaitLinks(1);
            int each = 3_000;
            CompletableFuture.allOf(
                            inAThread(() -> flood(first, "first", each)),
                            inAThread(() -> flood(second, "second", each)))
                    .join();

            List<String> all = new ArrayList<>(texts("first", each));
            all.addAll(texts("second", each));
            atFirst.assertGets(all);
            atSecond.assertGets(all);
        }
    }

    /** In one that belongs to the test, as far as looking for leaks goes. */
    private static CompletableFuture<Void> inAThread(Runnable task) {
        return CompletableFuture.runAsync(task, started -> new Thread(started).start());
    }

    private static List<String> texts(String who, int count) {
        return IntStream.range(0, count).mapToObj(i -> who + " " + i).toList();
    }

    /** Publishes as fast as the relay takes it, and again what it has no room for. */
    private static void flood(RunningRelay relay, String who, int count) {
        try (LinkedNode publisher = LinkedNode.generate()) {
            Flood.of(publisher.connect(relay.socketAddress(), delivery -> {}), texts(who, count));
        }
    }

    private static void awaitStored(RunningRelay relay, String... data) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(stored(relay)).containsExactlyInAnyOrder(data));
    }

    private static List<String> stored(RunningRelay relay) {
        List<String> data = new ArrayList<>();
        for (JsonNode message : relay.get("/messages?after=0&limit=1000").json().path("messages")) {
            data.add(message.path("message").path("data").asString());
        }
        return data;
    }
}
