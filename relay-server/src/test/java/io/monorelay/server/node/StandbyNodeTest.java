package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.metrics.Linking;
import io.monorelay.server.net.CuttableProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node on two relays that takes whole messages from one of them. */
@Timeout(120)
final class StandbyNodeTest {
    private static final int NOBODY_LISTENS = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningRelay north = RunningRelay.start();
    private final RunningRelay south = RunningRelay.start("links=" + north.socketAddress());
    private final CuttableProxy toNorth = CuttableProxy.to(north.port());
    private final CuttableProxy toSouth = CuttableProxy.to(NOBODY_LISTENS);
    private RunningRelay node;
    private Collector beside;

    @AfterEach
    void stop() {
        beside.close();
        node.close();
        toNorth.close();
        toSouth.close();
        south.close();
        north.close();
    }

    /** North opens first. */
    private void start(String deadline) {
        node = RunningRelay.start(
                "node.public=false",
                "links.standby=true",
                "links.standby-deadline=" + deadline,
                "links=ws://127.0.0.1:" + toNorth.port() + ",ws://127.0.0.1:" + toSouth.port());
        beside = Collector.at(node);
        node.awaitLinks(1);
        toSouth.passOnTo(south.port());
        node.awaitLinks(2);
        south.awaitLinks(1);
    }

    private long count(Linking what) {
        return node.node().metrics().linking().count(what);
    }

    @Test
    void messagesComeWholeByOneRelayAndAsIdsByTheOther() {
        start("30s");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add("message " + i);
            (i % 2 == 0 ? north : south).sendToAll("message " + i);
        }

        beside.assertGets(all);
        await().atMost(PATIENCE).until(() -> count(Linking.ANNOUNCED) >= all.size());
        assertThat(count(Linking.RECEIVED)).isEqualTo(all.size());
        assertThat(count(Linking.RECEIVED_DUPLICATE)).isZero();
        assertThat(count(Linking.FETCHED)).isZero();
    }

    @Test
    void whatTheFirstRelayDoesNotBringIsFetchedFromTheOther() {
        start("200ms");
        toNorth.blackHole();
        south.sendToAll("one");
        south.sendToAll("two");

        beside.assertGets("one", "two");
        assertThat(count(Linking.FETCHED)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void anAddressedMessageComesWholeByEitherOfThem() {
        start("30s");
        toNorth.blackHole();
        LinkedNode.await(south.node().router().sendTo(node.key(), "for the node"));

        await().atMost(PATIENCE).until(() -> count(Linking.RECEIVED) == 1);
        assertThat(count(Linking.FETCHED)).isZero();
    }

    @Test
    void whenTheFirstRelayIsLostTheOtherTakesItsPlace() {
        start("30s");
        north.sendToAll("by the first");
        beside.assertGets("by the first");
        toNorth.cut();
        south.sendToAll("by the other");

        beside.assertGets("by the first", "by the other");
        assertThat(count(Linking.FETCHED)).isZero();
        toNorth.heal();
        node.awaitLinks(2);
        long announced = count(Linking.ANNOUNCED);
        north.sendToAll("by the other again");
        beside.assertGets("by the first", "by the other", "by the other again");
        await().atMost(PATIENCE).until(() -> count(Linking.ANNOUNCED) > announced);
        assertThat(count(Linking.FETCHED)).isZero();
    }
}
