package io.monorelay.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.ManualLoop;
import io.monorelay.protocol.MessageEncoder;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** One event loop with its fan-out, the log before it and the nodes behind it; nothing runs but when a test says so. */
final class FanoutWorld {
    private static final int SLOTS = 4096;
    private static final long LOG_BYTES = 1L << 30;

    final ManualLoop loop = new ManualLoop();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    final MessageLog log = new MessageLog(SLOTS, LOG_BYTES);
    final SeenCache seen = SignedMessages.seenCache();
    final RelayMetrics metrics = new RelayMetrics();
    final FanoutLimits limits;
    final LoopFanout fanout;
    private final List<ReceivingNode> nodes = new ArrayList<>();

    FanoutWorld(FanoutLimits limits) {
        this.limits = limits;
        fanout = new LoopFanout(loop.eventLoop(), log, allocator, limits, metrics, loop::nanoTime);
    }

    ReceivingNode join(FrameFormat format) {
        ReceivingNode node = ReceivingNode.join(loop, fanout, format, allocator);
        nodes.add(node);
        return node;
    }

    /** Publishes a message that came in by no connection. */
    FreshMessage publish(VerifiedMessage message) {
        return SignedMessages.publish(log, seen, message, Origin.NONE);
    }

    /** Publishes a message that this node sent. */
    FreshMessage publishFrom(ReceivingNode node, VerifiedMessage message) {
        FreshMessage fresh = SignedMessages.publish(log, seen, message, node.peer);
        node.peer.published(fresh.position());
        return fresh;
    }

    /** Publishes a message and runs the loop until all who can take it have it. */
    FreshMessage deliver(VerifiedMessage message) {
        FreshMessage fresh = publish(message);
        loop.run();
        return fresh;
    }

    /** Runs the loop for long enough that nothing is left that waits for its time. */
    void settle() {
        for (int i = 0; i < 4; i++) {
            loop.runAfter(Math.max(limits.flushIntervalNanos(), 1_000_000));
        }
    }

    /** Disconnects everybody, and checks that nothing is held and nothing went wrong. */
    void end() {
        nodes.forEach(ReceivingNode::disconnect);
        settle();
        assertThat(fanout.size()).isZero();
        assertThat(log.heldBytes()).as("bytes that the log holds").isZero();
        fanout.release();
        assertThat(allocator.metric().usedDirectMemory())
                .as("bytes of buffers that nobody released")
                .isZero();
        assertThat(nodes).allMatch(node -> node.connection.failure() == null);
    }

    /** The text that a peer of that format is to get for a message. */
    static String textOf(FreshMessage fresh, FrameFormat format) {
        VerifiedMessage message = fresh.message();
        byte[] array = message.array();
        int offset = message.membersOffset();
        int length = message.membersLength();
        return switch (format) {
            case V1 -> new String(MessageEncoder.typed(array, offset, length), UTF_8);
            case V2 -> new String(MessageEncoder.delivery(fresh.position(), array, offset, length), UTF_8);
        };
    }
}
