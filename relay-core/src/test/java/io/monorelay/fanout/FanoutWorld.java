package io.monorelay.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.Fates;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.ManualLoop;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.store.CommitMark;
import io.monorelay.store.Durability;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.ManualThreads;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.MessageStore;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreReaders;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with its fan-out, the log before it, the store beside it and the nodes behind it; nothing runs but when
 * a test says so.
 */
final class FanoutWorld {
    private static final int SLOTS = 4096;
    private static final long LOG_BYTES = 1L << 30;

    /** What is for this key is in every event stream. */
    static final NodeKey STREAMED = SignedMessages.key(99);

    final ManualLoop loop = new ManualLoop();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    final MemoryStore store;
    final ManualThreads threads = new ManualThreads();
    final CommitMark mark;
    final MessageLog log;
    final SeenCache seen = SignedMessages.seenCache();
    final RelayMetrics metrics = new RelayMetrics();
    final FanoutLimits limits;
    final LoopFanout fanout;
    private final LogReader committer;
    private final List<ReceivingNode> nodes = new ArrayList<>();

    /** A world whose relay starts for the first time. */
    FanoutWorld(FanoutLimits limits) {
        this(limits, new MemoryStore(LOG_BYTES, InstantSource.fixed(SignedMessages.TIME)), MessageLog.FIRST_POSITION);
    }

    /** A world whose relay starts with the store that another one has left. */
    FanoutWorld(FanoutLimits limits, MemoryStore store, long firstPosition) {
        this.limits = limits;
        this.store = store;
        log = new MessageLog(
                SLOTS, LOG_BYTES, firstPosition, new Fates(SLOTS, InstantSource.fixed(SignedMessages.TIME)));
        mark = new CommitMark(Durability.MEMORY, firstPosition - 1);
        fanout = new LoopFanout(
                loop.eventLoop(),
                new FanoutSource(
                        log, new StoreReaders(store, threads), mark, mark.newQueue(loop.eventLoop()), STREAMED),
                allocator,
                limits,
                metrics,
                loop::nanoTime);
        committer = log.addReader(Runnable::run, () -> {});
    }

    ReceivingNode join(FrameFormat format) {
        return added(ReceivingNode.join(loop, fanout, format, allocator));
    }

    /** Joins as a node that has proven that key and goes on where it says. */
    ReceivingNode resume(NodeKey key, Resume resume) {
        return added(ReceivingNode.resume(loop, fanout, allocator, key, resume));
    }

    /** Joins as the reader of an event stream; without a resume, of what comes. */
    ReceivingNode stream(@Nullable Resume resume) {
        return added(ReceivingNode.stream(loop, fanout, allocator, STREAMED, resume));
    }

    private ReceivingNode added(ReceivingNode node) {
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

    /** Makes durable what was published. */
    void commit() {
        List<FreshMessage> batch = new ArrayList<>();
        committer.read(batch::add);
        assertThat(store.append(batch)).isEmpty();
        mark.advanceTo(committer.position());
    }

    /** Forgets what was not made durable, as a relay that dies. */
    void forgetTheRest() {
        committer.read(message -> true);
    }

    /** The last position of a message that is durable, or was. */
    long committedThrough() {
        return committer.position();
    }

    /** Removes the oldest messages from the store, so many at most. */
    void removeOldest(int messages) {
        store.trim(new MessageStore.Retention(Long.MAX_VALUE / 2, 0), messages);
    }

    /** The position of the last message that was removed from the store, or 0. */
    long removedThrough() {
        return store.read(new HistoryQuery(0, 0, 1, 1, Selection.BROADCASTS)).removedThrough();
    }

    /** Runs everything until nothing is left that waits for anything but its time, for a peer, or for a commit. */
    void run() {
        do {
            loop.run();
        } while (threads.runAll());
    }

    /** Runs everything, and makes everything durable, for long enough that nothing is left that waits for its time. */
    void settle() {
        for (int i = 0; i < 4; i++) {
            commit();
            run();
            loop.runAfter(Math.max(limits.flushIntervalNanos(), 1_000_000));
        }
        run();
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
            case V1, V1_DEFLATE -> new String(MessageEncoder.typed(array, offset, length), UTF_8);
            case V2_IDS ->
                message.receiver() == null
                        ? new String(
                                ReplyEncoder.announcement(new Inbound.Announcement(fresh.position(), message.id())),
                                UTF_8)
                        : textOf(fresh, FrameFormat.V2);
            case V2, V2_DEFLATE, EVENTS ->
                new String(MessageEncoder.delivery(fresh.position(), array, offset, length), UTF_8);
        };
    }
}
