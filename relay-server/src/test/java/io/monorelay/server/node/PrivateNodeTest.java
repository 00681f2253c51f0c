package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.relay.Receipt;
import io.monorelay.server.net.CuttableProxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that dials out, and that nobody else links to. */
@Timeout(120)
final class PrivateNodeTest {
    private static final int NOBODY_LISTENS = 1;
    private static final String PRIVATE = "node.public=false";

    private static String links(CuttableProxy wire) {
        return "links=ws://127.0.0.1:" + wire.port();
    }

    @Test
    void whatItPublishedOfflineIsDeliveredWhenTheRelayIsBack() {
        try (CuttableProxy wire = CuttableProxy.to(NOBODY_LISTENS);
                RunningRelay node = RunningRelay.start(PRIVATE, links(wire))) {
            assertThat(node.sendToAll("while offline")).isInstanceOf(Receipt.Acknowledged.class);
            node.stop();
            try (RunningRelay again = node.startAgain();
                    RunningRelay relay = RunningRelay.start();
                    Collector listener = Collector.at(relay)) {
                wire.passOnTo(relay.port());
                again.awaitLinks(1);
                again.sendToAll("while online");

                listener.assertGets("while offline", "while online");
            }
        }
    }

    @Test
    void whatIsPublishedForAllAndForItComesIn() {
        try (RunningRelay relay = RunningRelay.start();
                RunningRelay node = RunningRelay.start(PRIVATE, "links=" + relay.socketAddress());
                Collector beside = Collector.at(node)) {
            node.awaitLinks(1);
            relay.sendToAll("for all");
            LinkedNode.await(relay.node().router().sendTo(node.key(), "for it"));
            LinkedNode.await(relay.node().router().sendTo(LinkedNode.generate().key(), "for another"));
            relay.sendToAll("the last one");

            beside.assertGets("for all", "the last one");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(node.total("messages", "accepted")).isEqualTo(3));
        }
    }

    @Test
    void itPassesOnWhatItSignedAndNothingElse() throws Exception {
        try (RunningRelay relay = RunningRelay.start();
                RunningRelay node = RunningRelay.start(PRIVATE, "links=" + relay.socketAddress());
                LinkedNode other = LinkedNode.generate();
                LinkedNode receiver = LinkedNode.generate();
                Inbox there = receiver.connect(relay);
                Inbox beside = other.connect(node)) {
            node.awaitLinks(1);
            beside.publish("by another node");
            LinkedNode.await(node.node().router().sendTo(receiver.key(), "for one, by itself"));
            node.sendToAll("for all, by itself");

            there.assertNext("for one, by itself", "for all, by itself");
        }
    }

    @Test
    void onSeveralRelaysEverythingComesOnceAndGoesToAllOfThem() {
        try (RunningRelay first = RunningRelay.start();
                RunningRelay second = RunningRelay.start("links=" + first.socketAddress());
                RunningRelay node =
                        RunningRelay.start(PRIVATE, "links=" + first.socketAddress() + "," + second.socketAddress());
                Collector atFirst = Collector.at(first);
                Collector atSecond = Collector.at(second);
                Collector beside = Collector.at(node)) {
            second.awaitLinks(1);
            node.awaitLinks(2);
            first.sendToAll("from the first");
            second.sendToAll("from the second");
            node.sendToAll("from the node");

            atFirst.assertGets("from the first", "from the second", "from the node");
            atSecond.assertGets("from the first", "from the second", "from the node");
            beside.assertGets("from the first", "from the second", "from the node");
        }
    }

    @Test
    void entrypointIsDialledWhereThereIsNoOtherLink() {
        try (RunningRelay entrypoint = RunningRelay.start();
                RunningRelay node = RunningRelay.start(PRIVATE, "entrypoint=" + entrypoint.socketAddress())) {
            node.awaitLinks(1);
        }
    }
}
