package io.monorelay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeerTest {
    private static final byte[] KILOBYTE = "k".repeat(1000).getBytes(UTF_8);
    private static final int ENOUGH_KILOBYTES = Peer.MAX_WAITING_REPLY_BYTES / KILOBYTE.length + 1;

    private final ManualLoop loop = new ManualLoop();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final ThrottledChannel channel = ThrottledChannel.open(loop, allocator);
    private final ReceivedFrames received = new ReceivedFrames();
    private final Peer peer = new Peer(new RecordedConnection(channel), FrameFormat.V2);

    @AfterEach
    void nothingLeaks() {
        peer.discardReplies();
        channel.close();
        loop.run();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void repliesAreGatheredAndGoOutInOneWriteInTheirOrder() {
        int[] writes = {0};
        channel.onWrite(bytes -> writes[0]++);
        peer.reply("one".getBytes(UTF_8));
        peer.reply("two".getBytes(UTF_8));
        assertThat(peer.hasReplies()).isTrue();
        assertThat(peer.isIdle()).as("nothing is written before its time").isTrue();

        peer.writeReplies();
        peer.flush();

        assertThat(received.read(channel.taken())).containsExactly("one", "two");
        assertThat(writes[0]).isEqualTo(1);
        assertThat(peer.hasReplies()).isFalse();
    }

    @Test
    void readyMadeFramesGoAmongTheOtherReplies() {
        ByteBuf pong = allocator.directBuffer();
        FrameWriter.writePong(pong, "now".getBytes(UTF_8));
        peer.reply("one".getBytes(UTF_8));
        peer.reply(pong);

        peer.writeReplies();
        peer.flush();

        assertThat(received.read(channel.taken())).containsExactly("one", "pong now");
        assertThat(pong.refCnt()).isZero();
    }

    @Test
    void writingNoRepliesWritesNothing() {
        peer.writeReplies();
        peer.flush();

        assertThat(channel.taken().isReadable()).isFalse();
    }

    @Test
    void readingStopsWhenTooManyBytesOfRepliesWaitAndGoesOnOnceTheyAreWritten() {
        replyKilobytes(ENOUGH_KILOBYTES - 1);
        assertThat(channel.config().isAutoRead()).as("just below").isTrue();
        replyKilobytes(1);
        assertThat(channel.config().isAutoRead()).as("just above").isFalse();

        peer.writeReplies();
        peer.flush();

        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(received.read(channel.taken())).hasSize(ENOUGH_KILOBYTES);
    }

    @Test
    void readingStopsWhileTooManyReceiptsAreOwed() {
        owe(Peer.MAX_OWED_RECEIPTS);
        assertThat(channel.config().isAutoRead()).as("as many as may be").isTrue();
        owe(1);
        assertThat(channel.config().isAutoRead()).as("one more").isFalse();

        peer.giveReceipt();

        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void readingGoesOnOnlyWhenNeitherReasonHolds() {
        owe(Peer.MAX_OWED_RECEIPTS + 1);
        replyKilobytes(ENOUGH_KILOBYTES);
        peer.giveReceipt();
        assertThat(channel.config().isAutoRead()).as("replies wait").isFalse();
        owe(1);
        peer.writeReplies();
        peer.flush();
        assertThat(channel.config().isAutoRead()).as("receipts are owed").isFalse();

        peer.giveReceipt();

        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void aPeerThatLeavesIsReadToItsEnd() {
        owe(Peer.MAX_OWED_RECEIPTS + 1);

        peer.discardReplies();

        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void fewRepliesDoNotTurnReadingOnThatSomebodyElseTurnedOff() {
        channel.config().setAutoRead(false);
        replyKilobytes(1);

        peer.writeReplies();

        assertThat(channel.config().isAutoRead()).isFalse();
        peer.flush();
    }

    @Test
    void isIdleOnlyWhileNothingIsOnItsWayToTheSocket() {
        assertThat(peer.isIdle()).isTrue();
        channel.stall();
        replyKilobytes(1);
        peer.writeReplies();
        assertThat(peer.isIdle()).as("written").isFalse();
        peer.flush();
        assertThat(peer.isIdle()).as("flushed to a socket that takes nothing").isFalse();
        channel.giveRoom(10);
        assertThat(peer.isIdle()).as("partly taken").isFalse();
        channel.unstall();
        assertThat(peer.isIdle()).as("taken").isTrue();
    }

    @Test
    void isNotIdleOnceItsChannelIsClosed() {
        channel.close();
        loop.run();

        assertThat(peer.isIdle()).isFalse();
    }

    @Test
    void discardedRepliesAreLetGoOf() {
        replyKilobytes(1);

        peer.discardReplies();

        assertThat(peer.hasReplies()).isFalse();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private void owe(int count) {
        for (int i = 0; i < count; i++) {
            peer.oweReceipt();
        }
    }

    private void replyKilobytes(int count) {
        for (int i = 0; i < count; i++) {
            peer.reply(KILOBYTE);
        }
    }
}
