package io.monorelay.fanout;

import static io.monorelay.fanout.FanoutWorld.textOf;
import static io.monorelay.log.SignedMessages.key;
import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoopFanoutTest {
    private static final int KIB = 1024;
    private static final long CLOSE_GRACE_NANOS = 1_000_000_000;

    private final FanoutWorld world = new FanoutWorld(new FanoutLimits(5_000_000, 8 * KIB, 64 * KIB, SlowPeers.SKIP));
    private int published;

    @AfterEach
    void nothingIsLeft() {
        world.end();
    }

    @Test
    void everyPeerGetsTheMessageInItsOwnFormat() {
        ReceivingNode v1 = world.join(FrameFormat.V1);
        ReceivingNode v2 = world.join(FrameFormat.V2);
        ReceivingNode stream = world.stream(null);

        FreshMessage message = world.deliver(next());

        assertThat(stream.texts()).containsExactly(textOf(message, FrameFormat.EVENTS));
        assertThat(v1.texts()).containsExactly(textOf(message, FrameFormat.V1));
        assertThat(v2.texts()).containsExactly(textOf(message, FrameFormat.V2));
        assertThat(world.metrics.traffic().count(Traffic.DELIVERIES)).isEqualTo(3);
    }

    @Test
    void aThousandReadersOfEventStreamsShareTheirBatches() {
        List<ReceivingNode> readers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            readers.add(world.stream(null));
        }
        readers.forEach(reader -> reader.channel.stall());
        FreshMessage first = world.publish(next());
        FreshMessage second = world.publish(next());
        world.loop.run();

        assertThat(world.fanout.totalBytes()).as("bytes for all of them").isLessThan(32 * KIB);
        readers.forEach(reader -> reader.channel.unstall());
        assertThat(readers)
                .allSatisfy(reader ->
                        assertThat(reader.texts()).containsExactlyElementsOf(texts(FrameFormat.EVENTS, first, second)));
    }

    @Test
    void peerThatJoinsGetsWhatComesAfterThePositionItWasTold() {
        world.join(FrameFormat.V2);
        world.deliver(next());
        long position = world.fanout.position();
        ReceivingNode late = world.join(FrameFormat.V2);

        FreshMessage message = world.deliver(next());

        assertThat(position).isEqualTo(message.position() - 1);
        assertThat(late.texts()).containsExactly(textOf(message, FrameFormat.V2));
    }

    @Test
    void senderDoesNotGetItsOwnMessagesBackAndGetsAllAroundThem() {
        ReceivingNode sender = world.join(FrameFormat.V2);
        ReceivingNode other = world.join(FrameFormat.V2);
        FreshMessage first = world.publish(next());
        world.publishFrom(sender, next());
        FreshMessage third = world.publish(next());
        world.publishFrom(sender, next());
        world.publishFrom(sender, next());
        FreshMessage last = world.publish(next());
        world.loop.run();

        assertThat(sender.texts()).containsExactlyElementsOf(texts(FrameFormat.V2, first, third, last));
        assertThat(other.texts()).hasSize(6);
        assertThat(world.metrics.traffic().count(Traffic.DELIVERIES)).isEqualTo(9);
    }

    @Test
    void addressedMessageGoesToItsReceiverAloneAndInItsPlace() {
        NodeKey key = key(1);
        ReceivingNode receiver = world.join(FrameFormat.V2);
        receiver.prove(key);
        ReceivingNode other = world.join(FrameFormat.V2);
        FreshMessage first = world.publish(next());
        FreshMessage addressed = world.publish(verified(Form.MONOCHAIN, key, "for one"));
        FreshMessage last = world.publish(next());
        world.loop.run();

        assertThat(receiver.texts()).containsExactlyElementsOf(texts(FrameFormat.V2, first, addressed, last));
        assertThat(other.texts()).containsExactlyElementsOf(texts(FrameFormat.V2, first, last));
    }

    @Test
    void addressedMessageToItsOwnSenderOrToNobodyHereGoesNowhere() {
        NodeKey key = key(1);
        ReceivingNode sender = world.join(FrameFormat.V2);
        sender.prove(key);
        world.publishFrom(sender, verified(Form.MONOCHAIN, key, "to myself"));
        world.publish(verified(Form.MONOCHAIN, key(2), "to a stranger"));
        world.loop.run();

        assertThat(sender.texts()).isEmpty();
    }

    @Test
    void laterConnectionOfAKeyGetsWhatIsAddressedToItAlsoAfterTheEarlierOneHasLeft() {
        NodeKey key = key(1);
        ReceivingNode earlier = world.join(FrameFormat.V2);
        earlier.prove(key);
        ReceivingNode later = world.join(FrameFormat.V2);
        later.prove(key);
        earlier.disconnect();

        FreshMessage message = world.deliver(verified(Form.MONOCHAIN, key, "for one"));

        assertThat(later.texts()).containsExactly(textOf(message, FrameFormat.V2));
        assertThat(earlier.texts()).isEmpty();
    }

    @Test
    void compactMessagesDoNotGoToV1PeersAndAreCounted() {
        NodeKey key = key(1);
        ReceivingNode v1 = world.join(FrameFormat.V1);
        v1.prove(key);
        ReceivingNode v2 = world.join(FrameFormat.V2);
        FreshMessage toAll = world.publish(verified(Form.COMPACT, null, "compact"));
        world.publish(verified(Form.COMPACT, key, "compact for one"));
        world.loop.run();

        assertThat(v1.texts()).isEmpty();
        assertThat(v2.texts()).containsExactly(textOf(toAll, FrameFormat.V2));
        assertThat(world.metrics.drops().count(Drop.COMPACT_FORM_FOR_V1)).isEqualTo(2);
    }

    @Test
    void slowPeerDelaysNobodyAndCatchesUpFromWhatIsKept() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        ReceivingNode quick = world.join(FrameFormat.V2);
        slow.channel.stall();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            expected.add(textOf(world.deliver(next()), FrameFormat.V2));
        }
        assertThat(quick.texts()).isEqualTo(expected);
        assertThat(slow.texts()).isEmpty();
        assertThat(world.fanout.totalBytes()).isPositive();

        slow.channel.unstall();
        world.settle();

        assertThat(slow.texts()).isEqualTo(expected);
        assertThat(world.fanout.totalBytes()).isZero();
    }

    @Test
    void nothingIsQueuedForASlowPeerBeyondTheBatchOnItsWay() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        slow.channel.stall();
        world.deliver(next());
        long onItsWay = slow.channel.unsafe().outboundBuffer().totalPendingWriteBytes();

        for (int i = 0; i < 3; i++) {
            world.deliver(next());
        }

        assertThat(slow.channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isEqualTo(onItsWay);
    }

    @Test
    void v2PeerThatFallsOffTheEndIsToldExactlyWhatItMisses() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        slow.channel.stall();
        FreshMessage onItsWay = world.deliver(next());
        FreshMessage firstMissed = world.deliver(next());
        fillUntilCounted(Drop.SLOW_PEER_SKIPPED);
        long lastMissed = world.log.lastPosition();

        slow.channel.unstall();
        world.settle();
        FreshMessage live = world.deliver(next());

        assertThat(slow.texts())
                .containsExactly(
                        textOf(onItsWay, FrameFormat.V2),
                        "{\"gap\":{\"from\":" + firstMissed.position() + ",\"to\":" + lastMissed
                                + ",\"reason\":\"slow\"}}",
                        textOf(live, FrameFormat.V2));
    }

    @Test
    void gapEndsJustBeforeTheNextMessageThatThePeerGets() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        slow.channel.stall();
        world.deliver(next());
        fillUntilCounted(Drop.SLOW_PEER_SKIPPED);

        FreshMessage live = world.publish(next());
        slow.channel.unstall();
        world.loop.run();

        assertThat(slow.texts()).hasSize(3).last().isEqualTo(textOf(live, FrameFormat.V2));
        assertThat(slow.texts().get(1)).contains(",\"to\":" + (live.position() - 1) + ",");
    }

    @Test
    void v1PeerThatFallsOffTheEndIsClosed() {
        ReceivingNode slow = world.join(FrameFormat.V1);
        slow.channel.stall();
        FreshMessage onItsWay = world.deliver(next());
        fillUntilCounted(Drop.SLOW_PEER_CLOSED);

        assertThat(slow.connection.closedWith()).isEqualTo(CloseCode.TOO_SLOW);
        assertThat(world.fanout.size()).isZero();
        slow.channel.unstall();
        assertThat(slow.texts()).containsExactly(textOf(onItsWay, FrameFormat.V1));
        assertThat(slow.closeCode()).isEqualTo(4100);
    }

    @Test
    void socketsThatStallForEverAreClosedBeforeTheyHoldTheWholeBudget() {
        for (int i = 0; i < 400; i++) {
            world.join(FrameFormat.V2).channel.stall();
            world.deliver(next());
            assertThat(world.fanout.totalBytes()).isLessThanOrEqualTo(world.limits.laggardBytes());
        }

        assertThat(world.metrics.drops().count(Drop.SLOW_PEER_CLOSED)).isPositive();
        assertThat(world.fanout.size()).isPositive();
    }

    @Test
    void addressedMessagesOnTheirWayToStalledSocketsCountAgainstTheBudget() {
        String large = "x".repeat(7 * KIB);
        for (int i = 0; i < 40; i++) {
            ReceivingNode node = world.join(FrameFormat.V2);
            node.prove(key(i));
            node.channel.stall();
            world.deliver(verified(Form.MONOCHAIN, key(i), large));
            world.settle();
            assertThat(world.fanout.totalBytes()).isLessThanOrEqualTo(world.limits.laggardBytes());
        }
        world.loop.runAfter(CLOSE_GRACE_NANOS);

        assertThat(world.allocator.metric().usedDirectMemory())
                .as("the budget and two open batches")
                .isLessThan(world.limits.laggardBytes() + 2 * 16 * KIB);
    }

    @Test
    void slowReaderOfAnEventStreamIsToldOfTheGapByAnEvent() {
        ReceivingNode slow = world.stream(null);
        slow.channel.stall();
        FreshMessage onItsWay = world.deliver(next());
        fillUntilCounted(Drop.SLOW_PEER_SKIPPED);
        slow.channel.unstall();
        world.settle();
        FreshMessage live = world.deliver(next());

        assertThat(slow.texts().getFirst()).isEqualTo(textOf(onItsWay, FrameFormat.EVENTS));
        assertThat(slow.texts().get(1)).startsWith("{\"gap\":{\"from\":2,").contains("\"reason\":\"slow\"");
        assertThat(slow.texts().getLast()).isEqualTo(textOf(live, FrameFormat.EVENTS));
        assertThat(slow.lastId()).isEqualTo(Long.toString(live.position()));
    }

    @Test
    void repliesGoOutAtOnceWhenNothingElseIsComing() {
        ReceivingNode node = world.join(FrameFormat.V2);

        node.reply("{\"info\":\"a\"}");

        assertThat(node.texts()).containsExactly("{\"info\":\"a\"}");
    }

    @Test
    void repliesGoOutWithTheNextPassWhenThereIsOne() {
        ReceivingNode node = world.join(FrameFormat.V2);
        int[] writes = {0};
        node.channel.onWrite(bytes -> writes[0]++);
        FreshMessage message = world.publish(next());

        node.reply("{\"info\":\"a\"}");
        assertThat(node.texts()).isEmpty();
        world.loop.run();

        assertThat(node.texts()).containsExactly("{\"info\":\"a\"}", textOf(message, FrameFormat.V2));
    }

    @Test
    void repliesToASlowPeerGoOutOnceItTakesThem() {
        ReceivingNode node = world.join(FrameFormat.V2);
        node.channel.stall();
        FreshMessage message = world.deliver(next());
        node.reply("{\"info\":\"a\"}");
        world.settle();

        node.channel.unstall();
        world.settle();

        assertThat(node.texts()).containsExactly(textOf(message, FrameFormat.V2), "{\"info\":\"a\"}");
    }

    @Test
    void peerWhoseSocketFailsLeavesAndTheOthersGetEverything() {
        List<ReceivingNode> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nodes.add(world.join(FrameFormat.V2));
        }
        nodes.get(0).channel.breakDown();
        nodes.get(2).channel.breakDown();
        nodes.get(4).channel.breakDown();

        FreshMessage first = world.deliver(next());
        FreshMessage second = world.deliver(next());

        assertThat(world.fanout.size()).isEqualTo(2);
        for (int survivor : new int[] {1, 3}) {
            assertThat(nodes.get(survivor).texts()).containsExactlyElementsOf(texts(FrameFormat.V2, first, second));
        }
    }

    @Test
    void leavingTwiceDoesNothing() {
        ReceivingNode one = world.join(FrameFormat.V2);
        world.join(FrameFormat.V2);

        world.fanout.leave(one.subscriber);
        world.fanout.leave(one.subscriber);

        assertThat(world.fanout.size()).isEqualTo(1);
    }

    @Test
    void messagesForNobodyArePassedAndHeldByNobody() {
        world.deliver(next());
        world.commit();

        assertThat(world.fanout.position()).isEqualTo(1);
        assertThat(world.log.heldBytes()).isZero();
        assertThat(world.metrics.traffic().count(Traffic.DELIVERIES)).isZero();
    }

    private void fillUntilCounted(Drop drop) {
        for (int i = 0; i < 500 && world.metrics.drops().count(drop) == 0; i++) {
            world.deliver(next());
        }
        assertThat(world.metrics.drops().count(drop)).isEqualTo(1);
    }

    private VerifiedMessage next() {
        return verified("message " + published++);
    }

    private static List<String> texts(FrameFormat format, FreshMessage... messages) {
        List<String> texts = new ArrayList<>();
        for (FreshMessage message : messages) {
            texts.add(textOf(message, format));
        }
        return texts;
    }
}
