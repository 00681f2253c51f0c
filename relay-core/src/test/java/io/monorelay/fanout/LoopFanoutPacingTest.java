package io.monorelay.fanout;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.peer.FrameFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a pass is started. A write takes as long here as the test says, by the clock that the test turns. */
final class LoopFanoutPacingTest {
    private static final long INTERVAL = 5_000_000;
    private static final int MAX_BATCH_BYTES = 8 * 1024;
    private static final int PACE_FACTOR = 8;
    private static final int FULL_PASS_MESSAGES = 32;

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
    void nextMessageWaitsEightTimesAsLongAsThePassTook() {
        long took = 100_000;
        writesTake(node, took);
        world.deliver(next());
        world.deliver(next());
        assertThat(node.texts()).as("at once").hasSize(1);

        world.loop.runAfter(PACE_FACTOR * took - 1);
        assertThat(node.texts()).as("a nanosecond too early").hasSize(1);
        world.loop.runAfter(1);
        assertThat(node.texts()).as("when it is due").hasSize(2);
    }

    @Test
    void nextMessageNeverWaitsLongerThanTheFlushInterval() {
        long took = INTERVAL - 1_000_000;
        writesTake(node, took);
        world.deliver(next());
        world.deliver(next());

        world.loop.runAfter(INTERVAL - 1);
        assertThat(node.texts()).as("a nanosecond too early").hasSize(1);
        world.loop.runAfter(1);
        assertThat(node.texts()).as("when it is due").hasSize(2);
    }

    @Test
    void timeOfAPassWithManyMessagesCountsAsWaiting() {
        FanoutWorld roomy = new FanoutWorld(new FanoutLimits(INTERVAL, 1 << 20, 1 << 20, SlowPeers.CATCH_UP));
        ReceivingNode receiver = roomy.join(FrameFormat.V2);
        long took = INTERVAL - 1_000_000;
        receiver.channel.onWrite(bytes -> roomy.loop.pass(took));
        for (int i = 0; i < FULL_PASS_MESSAGES; i++) {
            roomy.publish(next());
        }
        roomy.loop.run();
        roomy.deliver(next());

        roomy.loop.runAfter(INTERVAL - took - 1);
        assertThat(receiver.texts()).as("a nanosecond too early").hasSize(FULL_PASS_MESSAGES);
        roomy.loop.runAfter(1);
        assertThat(receiver.texts()).as("when it is due").hasSize(FULL_PASS_MESSAGES + 1);
        roomy.end();
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
    void fullBatchGoesOnAtOnce() {
        List<Long> writes = new ArrayList<>();
        node.channel.onWrite(bytes -> {
            writes.add(bytes);
            world.loop.pass(100_000);
        });
        for (int i = 0; i < 50; i++) {
            world.publish(next());
        }
        world.loop.run();

        assertThat(node.texts()).hasSize(50);
        assertThat(writes.size()).isGreaterThan(2);
        assertThat(writes).allMatch(bytes -> bytes < MAX_BATCH_BYTES + 1024);
    }

    @Test
    void batchTakesNoMoreMessagesThanItMay() {
        FanoutWorld roomy = new FanoutWorld(new FanoutLimits(INTERVAL, 1 << 20, 1 << 20, SlowPeers.CATCH_UP));
        ReceivingNode receiver = roomy.join(FrameFormat.V2);
        int[] writes = {0};
        receiver.channel.onWrite(bytes -> writes[0]++);
        for (int i = 0; i <= Batch.MAX_MESSAGES; i++) {
            roomy.publish(next());
        }
        roomy.loop.run();

        assertThat(receiver.texts()).hasSize(Batch.MAX_MESSAGES + 1);
        assertThat(writes[0]).isEqualTo(2);
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
