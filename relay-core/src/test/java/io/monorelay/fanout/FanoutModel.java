package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Drop;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Some hundred random steps of a fan-out with nodes of every kind, beside a naive list of who is to get what. */
final class FanoutModel {
    private static final int KEYS = 6;
    private static final int MAX_NODES = 12;
    private static final long ROOMY = 1L << 30;
    private static final long[] FLUSH_INTERVALS = {0, 1_000_000, 5_000_000};
    private static final int[] BATCH_BYTES = {1, 2_000, 16_000};
    private static final long[] LAGGARD_BYTES = {16_000, 20_000, 70_000, 200_000, ROOMY};
    private static final long CLOSE_GRACE_NANOS = 1_000_000_000;
    private static final VerifiedMessage LAST = SignedMessages.verified("the last");
    private static final List<VerifiedMessage> POOL = pool();

    private final Random random;
    private final FanoutWorld world;
    private final List<VerifiedMessage> unpublished = new ArrayList<>(POOL);
    private final TreeMap<Long, FreshMessage> published = new TreeMap<>();
    private final List<NaiveNode> nodes = new ArrayList<>();
    private final Map<NodeKey, NaiveNode> holders = new HashMap<>();
    private int repliesSent;
    private long accountedFor;
    private boolean finishing;

    FanoutModel(long seed) {
        random = new Random(seed);
        Collections.shuffle(unpublished, random);
        long interval = FLUSH_INTERVALS[random.nextInt(FLUSH_INTERVALS.length)];
        int batchBytes = BATCH_BYTES[random.nextInt(BATCH_BYTES.length)];
        long laggardBytes = LAGGARD_BYTES[random.nextInt(LAGGARD_BYTES.length)];
        world = new FanoutWorld(new FanoutLimits(interval, batchBytes, laggardBytes));
    }

    private static List<VerifiedMessage> pool() {
        Random sizes = new Random(1);
        List<VerifiedMessage> pool = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Form form = i % 4 == 0 ? Form.COMPACT : Form.MONOCHAIN;
            NodeKey receiver = i % 5 < 2 ? SignedMessages.key(i % KEYS) : null;
            pool.add(SignedMessages.verified(form, receiver, i + "x".repeat(sizes.nextInt(1200))));
        }
        return pool;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        finish();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 35) {
            publishSome();
        } else if (dice < 44) {
            join();
        } else if (dice < 48) {
            any().ifPresent(this::leave);
        } else if (dice < 50) {
            any().ifPresent(naive -> naive.node.channel.breakDown());
        } else if (dice < 64) {
            any().ifPresent(this::stall);
        } else if (dice < 72) {
            any().ifPresent(naive -> giveRoom(naive, 1 + random.nextInt(3000)));
        } else if (dice < 80) {
            any().ifPresent(naive -> giveRoom(naive, Long.MAX_VALUE));
        } else if (dice < 87) {
            any().ifPresent(this::prove);
        } else if (dice < 93) {
            any().ifPresent(this::reply);
        } else {
            advance(random.nextInt(20_000_000));
        }
        if (random.nextBoolean()) {
            advance(random.nextInt(1_000_000));
        }
    }

    private Optional<NaiveNode> any() {
        List<NaiveNode> present = present();
        return present.isEmpty() ? Optional.empty() : Optional.of(present.get(random.nextInt(present.size())));
    }

    private List<NaiveNode> present() {
        return nodes.stream().filter(naive -> !naive.node.isGone()).toList();
    }

    private void publishSome() {
        for (int i = random.nextInt(6); i >= 0; i--) {
            publish();
        }
    }

    private void publish() {
        if (unpublished.isEmpty()) {
            return;
        }
        VerifiedMessage message = unpublished.remove(unpublished.size() - 1);
        FreshMessage fresh = random.nextInt(3) == 0
                ? any().map(sender -> world.publishFrom(sender.node, message)).orElseGet(() -> world.publish(message))
                : world.publish(message);
        published.put(fresh.position(), fresh);
    }

    private void join() {
        if (present().size() >= MAX_NODES) {
            return;
        }
        advance(0);
        FrameFormat format = random.nextBoolean() ? FrameFormat.V1 : FrameFormat.V2;
        NaiveNode naive = new NaiveNode(world.join(format), format, world.fanout.position());
        naive.node.channel.onWrite(bytes -> onWrite());
        nodes.add(naive);
    }

    /** A write takes its time, and now and then a message comes meanwhile. */
    private void onWrite() {
        world.loop.pass(random.nextInt(300_000));
        if (!finishing && random.nextInt(50) == 0) {
            publish();
        }
    }

    private void leave(NaiveNode naive) {
        naive.node.disconnect();
        account();
    }

    private void stall(NaiveNode naive) {
        naive.wasSlow = true;
        naive.node.channel.stall();
    }

    private void giveRoom(NaiveNode naive, long bytes) {
        naive.wasSlow = true;
        naive.node.channel.giveRoom(bytes);
    }

    private void prove(NaiveNode naive) {
        advance(0);
        if (naive.node.isGone()) {
            return;
        }
        NodeKey before = naive.node.peer.key();
        if (before != null) {
            holders.remove(before, naive);
        }
        NodeKey key = SignedMessages.key(random.nextInt(KEYS));
        naive.node.prove(key);
        holders.put(key, naive);
    }

    private void reply(NaiveNode naive) {
        String text = "{\"info\":\"" + ++repliesSent + "\"}";
        naive.replies.add(text);
        naive.node.reply(text);
    }

    private void advance(long nanos) {
        world.loop.runAfter(nanos);
        account();
    }

    /** Says of all messages that the fan-out has read by now who was to get them. Keys change hands between runs only. */
    private void account() {
        long position = world.fanout.position();
        for (FreshMessage fresh :
                published.subMap(accountedFor, false, position, true).values()) {
            NodeKey receiver = fresh.message().receiver();
            NaiveNode holder = receiver == null ? null : holders.get(receiver);
            nodes.forEach(naive -> naive.expect(fresh, holder));
        }
        accountedFor = position;
        holders.values().removeIf(naive -> naive.node.isGone());
        assertThat(world.fanout.totalBytes()).isLessThanOrEqualTo(world.limits.laggardBytes());
    }

    /** Lets everybody catch up, and checks what everybody has got. */
    private void finish() {
        finishing = true;
        advance(0);
        present().forEach(naive -> giveRoom(naive, Long.MAX_VALUE));
        for (int i = 0; i < 5; i++) {
            advance(20_000_000);
        }
        checkNothingIsKept();
        assertThat(accountedFor).as("position read").isEqualTo(world.log.lastPosition());
        assertThat(world.fanout.size()).isEqualTo(present().size());
        nodes.forEach(NaiveNode::check);
        checkDrops();
        world.end();
    }

    /** The pass of one more message lets go of what nobody needs, once the closed connections have gone for good. */
    private void checkNothingIsKept() {
        advance(CLOSE_GRACE_NANOS);
        FreshMessage fresh = world.publish(LAST);
        published.put(fresh.position(), fresh);
        advance(world.limits.flushIntervalNanos());
        assertThat(world.fanout.totalBytes()).as("bytes kept for nobody").isZero();
    }

    private void checkDrops() {
        long closed = nodes.stream()
                .filter(naive -> naive.node.connection.closedWith() == CloseCode.TOO_SLOW)
                .peek(naive -> assertThat(naive.wasSlow).isTrue())
                .count();
        assertThat(world.metrics.drops().count(Drop.SLOW_PEER_CLOSED)).isEqualTo(closed);
        if (world.limits.laggardBytes() == ROOMY) {
            assertThat(closed + gaps())
                    .as("closed or skipped, with room for all")
                    .isZero();
        }
    }

    /** How many gaps have been stated. */
    int gaps() {
        return nodes.stream().mapToInt(NaiveNode::gaps).sum();
    }

    /** How many peers were closed for being too slow. */
    long closed() {
        return world.metrics.drops().count(Drop.SLOW_PEER_CLOSED);
    }

    /** How many texts have come. */
    long received() {
        return nodes.stream().mapToLong(naive -> naive.node.texts().size()).sum();
    }
}
