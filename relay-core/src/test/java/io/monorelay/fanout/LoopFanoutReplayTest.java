package io.monorelay.fanout;

import static io.monorelay.fanout.FanoutWorld.textOf;
import static io.monorelay.log.SignedMessages.key;
import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that were away are sent what the store has, and then what comes. */
@Timeout(60)
final class LoopFanoutReplayTest {
    private static final int KIB = 1024;
    private static final NodeKey KEY = key(1);
    private static final Selection STREAMED = new Selection(true, FanoutWorld.STREAMED, null, null);

    /** A page has 4 KiB. */
    private final FanoutWorld world =
            new FanoutWorld(new FanoutLimits(5_000_000, 8 * KIB, 64 * KIB, SlowPeers.CATCH_UP));

    private int published;

    @AfterEach
    void nothingIsLeft() {
        world.end();
    }

    // the seam

    @Test
    void peerThatWasAwayGetsWhatItMissedAndThenWhatComes() {
        List<String> expected = publishedAndStored(50);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));

        world.run();
        assertThat(node.texts()).isEqualTo(expected);
        assertThat(node.subscriber.replay).isNull();
        expected.add(text(world.deliver(next())));

        assertThat(node.texts()).isEqualTo(expected);
        assertThat(world.metrics.traffic().count(Traffic.REPLAYED)).isEqualTo(50);
        assertThat(world.metrics.traffic().count(Traffic.REPLAYS_STARTED)).isEqualTo(1);
        assertThat(world.metrics.traffic().count(Traffic.REPLAYS_FINISHED)).isEqualTo(1);
    }

    @Test
    void peerGoesOnAfterThePositionThatItNames() {
        List<String> all = publishedAndStored(10);

        ReceivingNode node = world.resume(KEY, everythingAfter(7));
        world.run();

        assertThat(node.texts()).isEqualTo(all.subList(7, 10));
    }

    @Test
    void peerThatMissedNothingTakesPartAtOnce() {
        publishedAndStored(3);
        ReceivingNode upToDate = world.resume(KEY, everythingAfter(3));
        ReceivingNode ahead = world.resume(key(2), everythingAfter(1_000_000));

        String text = text(world.deliver(next()));

        assertThat(upToDate.texts()).containsExactly(text);
        assertThat(ahead.texts()).containsExactly(text);
    }

    @Test
    void whatIsNotYetDurableWhenThePeerComesIsSentOnceItIs() {
        List<String> expected = publishedAndStored(5);
        for (int i = 0; i < 5; i++) {
            expected.add(text(world.deliver(next())));
        }
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.run();
        expected.add(text(world.deliver(next())));
        assertThat(node.texts()).as("before it is durable").isEqualTo(expected.subList(0, 5));

        world.commit();
        world.run();

        assertThat(node.texts()).isEqualTo(expected);
    }

    @Test
    void whatComesWhileThePeerReplaysComesAfterItInOrder() {
        List<String> expected = publishedAndStored(50);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        for (int i = 0; i < 40; i++) {
            world.loop.run();
            world.threads.runOne();
            expected.add(text(world.deliver(next())));
            if (i % 3 == 0) {
                world.commit();
            }
        }
        world.settle();

        assertThat(node.texts()).isEqualTo(expected);
    }

    @Test
    void addressedMessagesComeInTheirPlaceWhetherStoredOrLive() {
        List<String> expected = publishedAndStored(2);
        expected.add(text(world.deliver(verified(Form.MONOCHAIN, KEY, "stored for one"))));
        world.deliver(verified(Form.MONOCHAIN, key(2), "stored for another"));
        expected.addAll(publishedAndStored(2));
        expected.add(text(world.deliver(verified(Form.MONOCHAIN, KEY, "not yet durable"))));
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.run();
        expected.add(text(world.deliver(verified(Form.MONOCHAIN, KEY, "kept for one"))));
        expected.add(text(world.deliver(next())));
        world.settle();
        expected.add(text(world.deliver(verified(Form.MONOCHAIN, KEY, "live for one"))));

        assertThat(node.texts()).isEqualTo(expected);
    }

    @Test
    void nodeThatKeptNoPositionGetsWhatWaitsForItAndNothingElseOfThePast() {
        publishedAndStored(5);
        String waiting = text(world.deliver(verified(Form.MONOCHAIN, KEY, "for one")));
        publishedAndStored(5);
        ReceivingNode node = world.resume(KEY, new Resume(0, Selection.addressedTo(KEY)));
        String whileItReplays = text(world.deliver(next()));
        world.settle();

        assertThat(node.texts()).containsExactly(waiting, whileItReplays);
    }

    @Test
    void whatThePeerPublishesWhileItReplaysIsNotSentBack() {
        List<String> expected = publishedAndStored(20);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.publishFrom(node, next());
        expected.addAll(publishedAndStored(1));
        world.loop.run();
        world.threads.runOne();
        world.publishFrom(node, next());
        expected.addAll(publishedAndStored(1));
        world.settle();
        world.publishFrom(node, next());
        expected.addAll(publishedAndStored(1));

        assertThat(node.texts()).isEqualTo(expected);
    }

    @Test
    void whatThePeerSignedBeforeItCameIsNotSentToIt() {
        publishedAndStored(20);
        NodeKey signer = SignedMessages.SENDER.key();
        ReceivingNode node = world.resume(signer, new Resume(0, Selection.missedBy(signer)));
        world.run();

        assertThat(node.texts()).isEmpty();
        assertThat(node.subscriber.replay).isNull();
    }

    @Test
    void repliesGoOutWhileThePeerReplays() {
        List<String> expected = publishedAndStored(20);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.loop.run();

        node.reply("{\"info\":\"a\"}");
        assertThat(node.texts()).containsExactly("{\"info\":\"a\"}");
        world.settle();

        assertThat(node.texts()).endsWith(expected.getLast()).hasSize(21);
    }

    @Test
    void replayThatFallsOffTheEndOfWhatIsKeptGoesOnFromTheStore() {
        List<String> expected = publishedAndStored(1);
        expected.add(text(world.deliver(next())));
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.run();
        for (int i = 0; i < 200; i++) {
            expected.add(text(world.deliver(next())));
        }
        assertThat(world.fanout.totalBytes()).isLessThanOrEqualTo(world.limits.laggardBytes());
        assertThat(node.texts()).hasSize(1);

        world.settle();

        assertThat(node.texts()).isEqualTo(expected);
        assertThat(world.metrics.drops().nonZero()).isEmpty();
    }

    @Test
    void replayingPeerThatStallsCostsOnePage() {
        publishedAndStored(500);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        node.channel.stall();
        world.settle();

        assertThat(node.channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isBetween(4L * KIB, 6L * KIB);
        assertThat(world.fanout.totalBytes()).isBetween(4L * KIB, 6L * KIB);
        node.channel.unstall();
        world.settle();
        assertThat(node.texts()).hasSize(500);
    }

    @Test
    void peerThatMeetsTheLiveEndLeavesTheRetriesOfOthersAsTheyAre() {
        List<String> stored = publishedAndStored(3);
        ReceivingNode slow = world.join(FrameFormat.V2);
        slow.channel.stall();
        List<String> live = new ArrayList<>();
        live.add(text(world.deliver(next())));
        live.add(text(world.deliver(next())));
        ReceivingNode returning = world.resume(KEY, everythingAfter(0));
        world.run();
        live.add(text(world.deliver(next())));
        assertThat(returning.texts()).isEqualTo(stored);
        world.commit();
        world.run();
        assertThat(returning.texts()).hasSize(6);

        slow.channel.unstall();
        world.loop.runAfter(TimeUnit.MILLISECONDS.toNanos(20));

        assertThat(slow.texts()).isEqualTo(live);
    }

    // many at a time

    @Test
    void onlySoManyPagesAreReadAtATimeAndEverybodyHasATurn() {
        List<String> expected = publishedAndStored(20);
        List<ReceivingNode> nodes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            nodes.add(world.resume(key(i), everythingAfter(0)));
        }
        world.settle();

        assertThat(world.threads.mostWaiting()).isLessThanOrEqualTo(PageTurns.MAX_READING);
        assertThat(nodes).allSatisfy(node -> assertThat(node.texts()).isEqualTo(expected));
    }

    @Test
    void peersThatStallForEverDoNotKeepOthersFromTheirReplay() {
        List<String> expected = publishedAndStored(50);
        List<ReceivingNode> stalled = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ReceivingNode node = world.resume(key(i), everythingAfter(0));
            node.channel.stall();
            stalled.add(node);
        }
        ReceivingNode quick = world.resume(key(100), everythingAfter(0));
        world.settle();
        assertThat(quick.texts()).isEmpty();
        assertThat(world.fanout.totalBytes())
                .isLessThanOrEqualTo(world.limits.replayBytes() + world.limits.pageBytes());

        for (int i = 0; i < 200 && quick.texts().size() < 50; i++) {
            world.loop.runAfter(TimeUnit.SECONDS.toNanos(1));
            world.run();
        }

        assertThat(quick.texts()).isEqualTo(expected);
        assertThat(stalled).anyMatch(node -> node.connection.closedWith() == CloseCode.TOO_SLOW);
        assertThat(world.fanout.totalBytes()).isLessThanOrEqualTo(world.limits.laggardBytes());
    }

    @Test
    void peerThatStallsForEverIsLeftAloneWhileNobodyElseWaits() {
        publishedAndStored(50);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        node.channel.stall();
        world.settle();

        world.loop.runAfter(TimeUnit.MINUTES.toNanos(10));

        assertThat(node.connection.closedWith()).isNull();
    }

    // when something goes wrong

    @Test
    void removedMessagesAreStatedAsAGapBeforeWhatFollows() {
        List<String> all = publishedAndStored(20);
        world.removeOldest(8);

        ReceivingNode node = world.resume(KEY, everythingAfter(3));
        world.run();

        assertThat(node.texts()).first().isEqualTo("{\"gap\":{\"from\":4,\"to\":8,\"reason\":\"retention\"}}");
        assertThat(node.texts().subList(1, 13)).isEqualTo(all.subList(8, 20));
        assertThat(world.metrics.drops().count(Drop.REMOVED_BEFORE_REPLAY)).isEqualTo(1);
    }

    @Test
    void messagesRemovedWhileThePeerReplaysAreStatedAsAGap() {
        List<String> all = publishedAndStored(20);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.threads.runOne();
        world.loop.run();
        List<String> firstPage = List.copyOf(node.texts());
        world.removeOldest(15);
        world.settle();

        int got = firstPage.size();
        List<String> expected = new ArrayList<>(all.subList(0, got));
        expected.add("{\"gap\":{\"from\":" + (got + 1) + ",\"to\":15,\"reason\":\"retention\"}}");
        expected.addAll(all.subList(15, 20));
        assertThat(got).isBetween(1, 14);
        assertThat(node.texts()).isEqualTo(expected);
    }

    @Test
    void noGapIsStatedToOneThatHasWhatWasRemovedOrNeverKnewOfIt() {
        publishedAndStored(20);
        world.removeOldest(8);

        ReceivingNode hasIt = world.resume(KEY, everythingAfter(8));
        ReceivingNode isNew = world.resume(key(2), new Resume(0, Selection.addressedTo(key(2))));
        world.run();

        assertThat(hasIt.texts()).hasSize(12).noneMatch(text -> text.contains("gap"));
        assertThat(isNew.texts()).isEmpty();
    }

    @Test
    void replayGoesOnWhenTheStoreAnswersAgain() {
        List<String> expected = publishedAndStored(20);
        world.threads.setBusy(true);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        world.loop.run();
        expected.add(text(world.deliver(next())));
        for (int i = 0; i < 60; i++) {
            world.loop.runAfter(TimeUnit.SECONDS.toNanos(1));
        }
        assertThat(node.texts()).isEmpty();
        assertThat(node.connection.closedWith()).isNull();

        world.threads.setBusy(false);
        world.commit();
        world.loop.runAfter(TimeUnit.MILLISECONDS.toNanos(Replays.MAX_BACK_OFF_MILLIS));
        world.settle();

        assertThat(node.texts()).isEqualTo(expected);
    }

    @Test
    void nothingIsWrittenOrLeftForAPeerThatLeavesWhileItsPageIsRead() {
        publishedAndStored(20);
        ReceivingNode node = world.resume(KEY, everythingAfter(0));
        assertThat(world.threads.waiting()).isEqualTo(1);

        node.disconnect();
        world.settle();

        assertThat(node.texts()).isEmpty();
        assertThat(world.metrics.traffic().count(Traffic.REPLAYED)).isZero();
    }

    @Test
    void nothingIsLeftOfAPeerThatLeavesWhileItsPageIsOnItsWayOrWhileItAwaitsItsTurnOrTheDisk() {
        publishedAndStored(20);
        world.publish(next());
        world.loop.run();
        List<ReceivingNode> nodes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ReceivingNode node = world.resume(key(i), everythingAfter(i));
            if (i % 2 == 0) {
                node.channel.stall();
            }
            nodes.add(node);
        }
        world.run();

        nodes.forEach(ReceivingNode::disconnect);
        world.settle();

        assertThat(world.fanout.totalBytes()).isZero();
    }

    @Test
    void peerWhoseSocketFailsWhileItReplaysLeavesAndTheOthersGoOn() {
        List<String> expected = publishedAndStored(20);
        ReceivingNode broken = world.resume(KEY, everythingAfter(0));
        broken.channel.breakDown();
        ReceivingNode other = world.resume(key(2), everythingAfter(0));
        world.settle();

        assertThat(broken.isGone()).isTrue();
        assertThat(other.texts()).isEqualTo(expected);
    }

    @Test
    void peerThatGotFromAnotherLoopWhatThisOneHasYetToPassGetsItNotAgain() {
        List<String> expected = publishedAndStored(1);
        world.publish(next());
        FreshMessage had = world.publish(next());
        ReceivingNode node = world.resume(KEY, everythingAfter(had.position()));
        expected.clear();
        expected.add(text(world.publish(next())));
        world.loop.run();
        expected.add(text(world.publish(next())));
        world.settle();
        expected.add(text(world.deliver(next())));

        assertThat(node.texts()).isEqualTo(expected);
    }

    // event streams

    @Test
    void readersOfAnEventStreamGoOnAfterTheLastIdThatTheyHave() {
        List<String> expected = publishedAndStored(30);
        ReceivingNode reader = world.stream(new Resume(0, STREAMED));
        world.run();
        assertThat(reader.texts()).isEqualTo(expected);
        reader.disconnect();
        List<String> missed = publishedAndStored(30);

        ReceivingNode again = world.stream(new Resume(Long.parseLong(reader.lastId()), STREAMED));
        world.run();
        missed.add(text(world.deliver(next())));

        assertThat(again.texts()).isEqualTo(missed);
    }

    @Test
    void readersOfEventStreamsGetWhatIsAddressedToTheStreamedKeyInItsPlace() {
        List<String> expected = publishedAndStored(1);
        expected.add(text(world.deliver(verified(Form.COMPACT, FanoutWorld.STREAMED, "stored"))));
        world.deliver(verified(Form.MONOCHAIN, KEY, "for another"));
        expected.addAll(publishedAndStored(1));
        ReceivingNode stranger = world.join(FrameFormat.V2);
        ReceivingNode fromNow = world.stream(null);
        ReceivingNode late = world.stream(new Resume(0, STREAMED));
        world.run();

        String addressed = text(world.deliver(verified(Form.MONOCHAIN, FanoutWorld.STREAMED, "live")));
        world.deliver(verified(Form.COMPACT, KEY, "for another still"));
        String forAll = text(world.deliver(next()));
        expected.addAll(List.of(addressed, forAll));

        assertThat(late.texts()).isEqualTo(expected);
        assertThat(fromNow.texts()).containsExactly(addressed, forAll);
        assertThat(stranger.texts()).containsExactly(forAll);
    }

    @Test
    void aReaderOfAnEventStreamIsToldOnceOfWhatTheStoreHasRemoved() {
        List<String> expected = publishedAndStored(10);
        world.removeOldest(4);
        ReceivingNode reader = world.stream(new Resume(0, STREAMED));
        world.run();
        expected.subList(0, 4).clear();
        expected.addFirst("{\"gap\":{\"from\":1,\"to\":4,\"reason\":\"retention\"}}");
        assertThat(reader.texts()).isEqualTo(expected);
        assertThat(reader.lastId()).isEqualTo("10");
    }

    private List<String> publishedAndStored(int messages) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            texts.add(text(world.deliver(next())));
        }
        world.settle();
        return texts;
    }

    /** As if it had signed none of them. */
    private static Resume everythingAfter(long position) {
        return new Resume(position, new Selection(true, KEY, null, null));
    }

    private VerifiedMessage next() {
        return verified("message " + published++ + "x".repeat(200));
    }

    private static String text(FreshMessage fresh) {
        return textOf(fresh, FrameFormat.V2);
    }
}
