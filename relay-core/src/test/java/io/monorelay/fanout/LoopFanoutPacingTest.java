package io.monorelay.fanout;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.peer.FrameFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a turn is started. A write takes as long here as the test says, by the clock that the test turns. */
final class LoopFanoutPacingTest {
    private static final long INTERVAL = 5_000_000;
    private static final int MAX_BATCH_BYTES = 8 * 1024;
    private static final int PACE_FACTOR = 9;
    private static final int AIMED_MESSAGES = 32;
    private static final int TURN_PEERS = 4;

    private final FanoutWorld world = world(INTERVAL);
    private final ReceivingNode node = world.join(FrameFormat.V2);
    private int published;

    private static FanoutWorld world(long interval) {
        return new FanoutWorld(new FanoutLimits(interval, MAX_BATCH_BYTES, 1 << 20, SlowPeers.CATCH_UP));
    }

    @AfterEach
    void nothingIsLeft() {
        world.end();
    }

    @Test
    void firstMessageAfterAQuietSpellIsFlushedAtOnce() {
        writesTake(node, 100_000);
        for (int i = 1; i <= 3; i++) {
            world.deliver(next());
            assertThat(node.texts()).hasSize(i);
            world.loop.pass(1_000_000_000);
        }
    }

    @Test
    void nextFlushComesAfterNineTimesAsLongAsATurnTakes() {
        long took = 100_000;
        writesTake(node, took);
        world.deliver(next());
        world.deliver(next());
        assertThat(node.texts()).as("at once").hasSize(1);

        world.loop.runAfter((PACE_FACTOR - 1) * took - 1);
        assertThat(node.texts()).as("a nanosecond too early").hasSize(1);
        world.loop.runAfter(1);
        assertThat(node.texts()).as("when it is due").hasSize(2);
    }

    @Test
    void nextFlushIsNeverLaterThanTheFlushInterval() {
        long took = INTERVAL - 1_000_000;
        writesTake(node, took);
        world.deliver(next());
        world.deliver(next());

        world.loop.runAfter(INTERVAL - took - 1);
        assertThat(node.texts()).as("a nanosecond too early").hasSize(1);
        world.loop.runAfter(1);
        assertThat(node.texts()).as("when it is due").hasSize(2);
    }

    @Test
    void intervalIsShorterWhereManyMessagesCome() {
        FanoutWorld roomy = new FanoutWorld(new FanoutLimits(INTERVAL, 1 << 20, 1 << 20, SlowPeers.CATCH_UP));
        ReceivingNode receiver = roomy.join(FrameFormat.V2);
        long took = 1_000_000;
        receiver.channel.onWrite(bytes -> roomy.loop.pass(took));
        int messages = 2 * AIMED_MESSAGES;
        for (int i = 0; i < messages; i++) {
            roomy.publish(next());
        }
        roomy.loop.run();
        roomy.deliver(next());

        roomy.loop.runAfter(INTERVAL / 2 - took - 1);
        assertThat(receiver.texts()).as("a nanosecond too early").hasSize(messages);
        roomy.loop.runAfter(1);
        assertThat(receiver.texts()).as("when it is due").hasSize(messages + 1);
        roomy.end();
    }

    @Test
    void oneTurnVisitsNoMorePeersThanItMayAndLaterTurnsHaveWhatCameMeanwhile() {
        FanoutWorld crowded =
                new FanoutWorld(new FanoutLimits(INTERVAL, 1 << 20, 1 << 20, SlowPeers.CATCH_UP, TURN_PEERS));
        List<ReceivingNode> nodes = new ArrayList<>();
        for (int i = 0; i < 3 * TURN_PEERS; i++) {
            nodes.add(crowded.join(FrameFormat.V2));
        }
        List<Integer> writesBetweenTasks = new ArrayList<>();
        int[] writes = {0};
        nodes.forEach(each -> each.channel.onWrite(bytes -> {
            crowded.loop.pass(1000);
            if (writes[0]++ == 0) {
                crowded.publish(next());
                crowded.loop.eventLoop().execute(() -> writesBetweenTasks.add(writes[0]));
            }
        }));
        crowded.deliver(next());

        assertThat(writesBetweenTasks).containsExactly(TURN_PEERS);
        assertThat(nodes.stream().filter(each -> each.texts().size() == 2))
                .as("who have the second message without another flush")
                .hasSize(2 * TURN_PEERS);
        crowded.loop.runAfter(INTERVAL);
        assertThat(nodes).allMatch(each -> each.texts().size() == 2);
        crowded.end();
    }

    @Test
    void whatIsPublishedWhileAPassWaitsGoesOutInOneWrite() {
        writesTake(node, 100_000);
        world.deliver(next());
        int[] writes = {0};
        node.channel.onWrite(bytes -> writes[0]++);
        for (int i = 0; i < 10; i++) {
            world.deliver(next());
        }
        assertThat(writes[0]).isZero();

        world.loop.runAfter(INTERVAL);

        assertThat(writes[0]).isEqualTo(1);
        assertThat(node.texts()).hasSize(11);
    }

    @Test
    void tooMuchForOneTurnGoesOnAtOnce() {
        List<Long> writes = new ArrayList<>();
        node.channel.onWrite(bytes -> {
            writes.add(bytes);
            world.loop.pass(100_000);
        });
        for (int i = 0; i < 100; i++) {
            world.publish(next());
        }
        world.loop.run();

        assertThat(node.texts()).hasSizeGreaterThan(60);
        assertThat(writes.size()).isGreaterThan(2);
        assertThat(writes).allMatch(bytes -> bytes < MAX_BATCH_BYTES + 1024);
        world.loop.runAfter(INTERVAL);
        assertThat(node.texts()).hasSize(100);
    }

    @Test
    void turnTakesNoMoreMessagesThanItMay() {
        FanoutWorld roomy = new FanoutWorld(new FanoutLimits(INTERVAL, 1 << 20, 1 << 20, SlowPeers.CATCH_UP));
        ReceivingNode receiver = roomy.join(FrameFormat.V2);
        List<Long> gathered = new ArrayList<>();
        receiver.channel.onWrite(bytes -> gathered.add(roomy.fanout.position()));
        for (int i = 0; i <= Batch.MAX_MESSAGES; i++) {
            roomy.publish(next());
        }
        roomy.loop.run();

        assertThat(receiver.texts()).hasSize(Batch.MAX_MESSAGES + 1);
        assertThat(gathered).startsWith((long) Batch.MAX_MESSAGES).endsWith(Batch.MAX_MESSAGES + 1L);
        roomy.end();
    }

    @Test
    void loopGetsItsTurnBetweenPassesHoweverLongTheyTakeAndHoweverBusyTheLogIs() {
        FanoutWorld unpaced = world(0);
        ReceivingNode receiver = unpaced.join(FrameFormat.V2);
        int messages = 2000;
        List<Integer> turns = new ArrayList<>();
        receiver.channel.onWrite(bytes -> {
            unpaced.loop.pass(INTERVAL);
            if (published < messages) {
                unpaced.publish(next());
                unpaced.loop.eventLoop().execute(() -> turns.add(published));
            }
        });
        unpaced.publish(next());
        unpaced.loop.run();

        assertThat(receiver.texts()).hasSize(messages);
        assertThat(turns).as("each ran before the next pass").doesNotHaveDuplicates();
        unpaced.end();
    }

    @Test
    void slowPeerDoesNotKeepTheLoopBusyEvenWithoutAFlushInterval() {
        FanoutWorld unpaced = world(0);
        ReceivingNode slow = unpaced.join(FrameFormat.V2);
        slow.channel.stall();
        unpaced.deliver(next());
        unpaced.deliver(next());

        unpaced.loop.run();

        assertThat(slow.texts()).isEmpty();
        unpaced.end();
    }

    private void writesTake(ReceivingNode writer, long nanos) {
        writer.channel.onWrite(bytes -> world.loop.pass(nanos));
    }

    private VerifiedMessage next() {
        return verified("message " + published++);
    }
}
