package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.Selection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Some hundred random steps of a relay's fan-outs, one after the other over the same store, with nodes of every kind,
 * beside a naive list of who is to get what.
 */
final class FanoutModel {
    /** How often something happened. */
    record Tally(
            int slowGaps, int retentionGaps, long closed, long fallenBehind, long replayed, int restarts, long texts) {
        static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(
                    slowGaps + other.slowGaps,
                    retentionGaps + other.retentionGaps,
                    closed + other.closed,
                    fallenBehind + other.fallenBehind,
                    replayed + other.replayed,
                    restarts + other.restarts,
                    texts + other.texts);
        }
    }

    /** What peers without a position join with. */
    private static final List<FrameFormat> JOINING =
            List.of(FrameFormat.V1, FrameFormat.V2, FrameFormat.V2_IDS, FrameFormat.V1_DEFLATE, FrameFormat.V2_DEFLATE);

    private static final int KEYS = 6;
    private static final int MAX_NODES = 12;
    private static final long ROOMY = 1L << 30;
    private static final long[] FLUSH_INTERVALS = {0, 1_000_000, 5_000_000};
    private static final int[] BATCH_BYTES = {1, 2_000, 16_000};
    private static final long[] LAGGARD_BYTES = {16_000, 20_000, 70_000, 200_000, ROOMY};
    private static final SlowPeers[] POLICIES = {SlowPeers.CATCH_UP, SlowPeers.CATCH_UP, SlowPeers.SKIP, SlowPeers.CLOSE
    };
    private static final int[] TURN_PEERS = {1, 3, FanoutLimits.DEFAULT_TURN_PEERS};
    private static final long CLOSE_GRACE_NANOS = 1_000_000_000;
    private static final List<NodeIdentity> IDENTITIES =
            IntStream.range(0, KEYS).mapToObj(FanoutModel::identity).toList();
    private static final VerifiedMessage LAST = SignedMessages.verified("the last");
    private static final List<VerifiedMessage> POOL = pool();

    private final Random random;
    private final FanoutLimits limits;
    private final List<VerifiedMessage> unpublished = new ArrayList<>(POOL);
    private final TreeMap<Long, FreshMessage> published = new TreeMap<>();
    private final List<NaiveNode> nodes = new ArrayList<>();
    private final Map<NodeKey, NaiveNode> holders = new HashMap<>();
    private FanoutWorld world;
    private Tally tally = Tally.NOTHING;
    private int repliesSent;
    private long accountedFor;
    private boolean finishing;

    FanoutModel(long seed) {
        random = new Random(seed);
        Collections.shuffle(unpublished, random);
        limits = new FanoutLimits(
                FLUSH_INTERVALS[random.nextInt(FLUSH_INTERVALS.length)],
                BATCH_BYTES[random.nextInt(BATCH_BYTES.length)],
                LAGGARD_BYTES[random.nextInt(LAGGARD_BYTES.length)],
                POLICIES[random.nextInt(POLICIES.length)],
                TURN_PEERS[random.nextInt(TURN_PEERS.length)]);
        MemoryStore store = new MemoryStore(1L << 30, InstantSource.fixed(SignedMessages.TIME));
        world = new FanoutWorld(limits, store, MessageLog.FIRST_POSITION);
    }

    private static NodeIdentity identity(int number) {
        byte[] seed = new byte[Ed25519.SEED_BYTES];
        seed[0] = (byte) (number + 1);
        return NodeIdentity.fromSeed(seed, SignedMessages.ED25519);
    }

    private static List<VerifiedMessage> pool() {
        Random sizes = new Random(1);
        List<VerifiedMessage> pool = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Form form = i % 4 == 0 ? Form.COMPACT : Form.MONOCHAIN;
            NodeKey receiver = i % 5 < 2 ? IDENTITIES.get(i % KEYS).key() : i % 20 == 2 ? FanoutWorld.STREAMED : null;
            MessageSigner signer = new MessageSigner(IDENTITIES.get(i % 7 % KEYS), form);
            String data = i + "x".repeat(sizes.nextInt(1200));
            pool.add(SignedMessages.verified(signer.broadcast(receiver, data, SignedMessages.TIME)));
        }
        return pool;
    }

    Tally run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        finish();
        return tally;
    }

    private void step() {
        int dice = random.nextInt(128);
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
            any().filter(naive -> naive.format != FrameFormat.EVENTS).ifPresent(this::reply);
        } else if (dice < 100) {
            advance(random.nextInt(20_000_000));
        } else {
            storeStep(dice);
        }
        if (random.nextBoolean()) {
            advance(random.nextInt(1_000_000));
        }
    }

    private void storeStep(int dice) {
        if (dice < 110) {
            world.commit();
        } else if (dice < 118) {
            world.threads.runOne();
        } else if (dice < 122) {
            world.threads.runAll();
        } else if (dice < 124) {
            world.threads.setBusy(random.nextBoolean());
            advance(random.nextInt(200_000_000));
        } else if (dice < 127) {
            world.removeOldest(random.nextInt(20));
        } else if (random.nextInt(3) == 0) {
            restart();
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
        long position = world.fanout.position();
        long last = world.log.lastPosition();
        NaiveNode naive;
        int kind = random.nextInt(4);
        if (kind == 0) {
            @Nullable
            Resume resume = random.nextBoolean() ? null : resume(new Selection(true, FanoutWorld.STREAMED, null, null));
            naive = new NaiveNode(world.stream(resume), position, last, resume, true);
        } else if (kind != 1) {
            NodeKey key = IDENTITIES.get(random.nextInt(KEYS)).key();
            Resume resume = resume(selection(key));
            naive = new NaiveNode(world.resume(key, resume), position, last, resume, true);
            holders.put(key, naive);
        } else {
            FrameFormat format = JOINING.get(random.nextInt(JOINING.size()));
            boolean readsStore = limits.slowPeers() == SlowPeers.CATCH_UP;
            naive = new NaiveNode(world.join(format), position, last, null, readsStore);
        }
        naive.expectHistory(published.values());
        naive.node.channel.onWrite(bytes -> onWrite());
        nodes.add(naive);
    }

    private Selection selection(NodeKey key) {
        return switch (random.nextInt(3)) {
            case 0 -> Selection.addressedTo(key);
            case 1 -> Selection.missedBy(key);
            default -> new Selection(true, key, null, null);
        };
    }

    private Resume resume(Selection selection) {
        return switch (random.nextInt(4)) {
            case 0 -> new Resume(0, selection);
            case 1 -> new Resume(random.nextLong(world.log.lastPosition() + 10), selection);
            case 2 -> new Resume(world.log.lastPosition(), selection);
            default ->
                new Resume(
                        nodes.isEmpty()
                                ? 0
                                : nodes.get(random.nextInt(nodes.size())).lastReceived(),
                        selection);
        };
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

    /** One that reads from the store proves one key and no other, as nodes do; the place in the index moves all the same. */
    private void prove(NaiveNode naive) {
        advance(0);
        NodeKey before = naive.node.peer.key();
        if (naive.node.isGone() || (before != null && naive.readsStore())) {
            return;
        }
        if (before != null) {
            holders.remove(before, naive);
        }
        NodeKey key = IDENTITIES.get(random.nextInt(KEYS)).key();
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
            @Nullable NaiveNode holder = receiver == null ? null : holders.get(receiver);
            nodes.forEach(naive -> naive.expect(fresh, holder));
        }
        accountedFor = position;
        holders.values().removeIf(naive -> naive.node.isGone());
        assertThat(world.fanout.totalBytes()).isLessThanOrEqualTo(limits.laggardBytes());
    }

    /** The relay dies: what was not durable is lost, positions are not given out again, and every node is gone. */
    private void restart() {
        advance(0);
        published.tailMap(world.committedThrough(), false).clear();
        long firstPosition = world.log.lastPosition() + 1 + random.nextInt(3);
        world.forgetTheRest();
        nodes.forEach(naive -> naive.node.disconnect());
        endWorld();
        tally = tally.plus(new Tally(0, 0, 0, 0, 0, 1, 0));
        world = new FanoutWorld(limits, world.store, firstPosition);
        accountedFor = firstPosition - 1;
    }

    /** Lets everybody catch up, and checks what everybody has got. */
    private void finish() {
        finishing = true;
        advance(0);
        world.threads.setBusy(false);
        present().forEach(naive -> giveRoom(naive, Long.MAX_VALUE));
        for (int i = 0; i < 5; i++) {
            world.settle();
            advance(Replays.MAX_BACK_OFF_MILLIS * 1_000_000);
        }
        world.settle();
        checkNothingIsKept();
        assertThat(accountedFor).as("position read").isEqualTo(world.log.lastPosition());
        assertThat(world.fanout.size()).isEqualTo(present().size());
        endWorld();
    }

    /** The pass of one more message lets go of what nobody needs, once the closed connections have gone for good. */
    private void checkNothingIsKept() {
        advance(CLOSE_GRACE_NANOS);
        FreshMessage fresh = world.publish(LAST);
        published.put(fresh.position(), fresh);
        advance(limits.flushIntervalNanos());
        assertThat(world.fanout.totalBytes()).as("bytes kept for nobody").isZero();
    }

    private void endWorld() {
        long removedThrough = world.removedThrough();
        nodes.forEach(naive -> naive.check(removedThrough));
        checkDrops();
        tally = tally.plus(new Tally(
                slowGaps(),
                nodes.stream().mapToInt(NaiveNode::retentionGaps).sum(),
                world.metrics.drops().count(Drop.SLOW_PEER_CLOSED),
                world.metrics.traffic().count(Traffic.SLOW_PEERS_FALLEN_BEHIND),
                world.metrics.traffic().count(Traffic.REPLAYED),
                0,
                nodes.stream().mapToLong(naive -> naive.node.texts().size()).sum()));
        world.end();
        nodes.clear();
        holders.clear();
    }

    private int slowGaps() {
        return nodes.stream().mapToInt(NaiveNode::slowGaps).sum();
    }

    private void checkDrops() {
        long closed = nodes.stream()
                .filter(naive -> naive.node.connection.closedWith() == CloseCode.TOO_SLOW)
                .peek(naive -> assertThat(naive.wasSlow).isTrue())
                .count();
        assertThat(world.metrics.drops().count(Drop.SLOW_PEER_CLOSED)).isEqualTo(closed);
        if (limits.laggardBytes() == ROOMY) {
            assertThat(closed + slowGaps() + world.metrics.traffic().count(Traffic.SLOW_PEERS_FALLEN_BEHIND))
                    .as("closed, skipped or fallen behind, with room for all")
                    .isZero();
        }
    }
}
