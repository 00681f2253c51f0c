package io.monorelay.fanout;

import static io.monorelay.fanout.FanoutWorld.textOf;
import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Form;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that are too slow for what is kept in memory read on from the store. */
@Timeout(60)
final class LoopFanoutFallenBehindTest {
    private static final int KIB = 1024;

    private final FanoutWorld world =
            new FanoutWorld(new FanoutLimits(5_000_000, 8 * KIB, 64 * KIB, SlowPeers.CATCH_UP));

    private int published;

    @AfterEach
    void nothingIsLeft() {
        world.end();
    }

    @Test
    void peerThatFallsOffTheEndReadsOnFromTheStoreAndMissesNothing() {
        for (FrameFormat format : FrameFormat.values()) {
            ReceivingNode slow = world.join(format);
            ReceivingNode quick = world.join(format);
            slow.channel.stall();
            fillUntilFallenBehind();

            slow.channel.unstall();
            world.settle();
            world.deliver(next());

            assertThat(slow.texts()).isEqualTo(quick.texts()).hasSizeGreaterThan(3);
            assertThat(world.metrics.drops().nonZero()).isEmpty();
            slow.disconnect();
            quick.disconnect();
        }
    }

    @Test
    void peerThatFellOffTheEndDoesNotGetItsOwnMessagesBack() {
        ReceivingNode slow = world.join(FrameFormat.V1);
        ReceivingNode quick = world.join(FrameFormat.V1);
        slow.channel.stall();
        world.deliver(next());
        List<String> own = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            own.add(textOf(world.publishFrom(slow, next()), FrameFormat.V1));
            world.publish(next());
        }
        fillUntilFallenBehind();
        own.add(textOf(world.publishFrom(slow, next()), FrameFormat.V1));
        world.settle();

        slow.channel.unstall();
        world.settle();

        List<String> expected = new ArrayList<>(quick.texts());
        expected.removeAll(own);
        assertThat(quick.texts()).containsAll(own);
        assertThat(slow.texts()).isEqualTo(expected);
    }

    @Test
    void compactMessagesDoNotGoToV1PeersFromTheStoreEither() {
        ReceivingNode slow = world.join(FrameFormat.V1);
        slow.channel.stall();
        world.deliver(next());
        world.deliver(next());
        world.deliver(verified(Form.COMPACT, null, "compact"));
        fillUntilFallenBehind();

        slow.channel.unstall();
        world.settle();

        assertThat(slow.texts()).noneMatch(text -> text.contains("\"data\":\"compact\""));
        assertThat(slow.texts()).hasSize((int) world.log.lastPosition() - 1);
    }

    @Test
    void peerThatFellOffTheEndIsSentNothingMoreWhileSomethingIsOnItsWay() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        slow.channel.stall();
        world.deliver(next());
        long onItsWay = slow.channel.unsafe().outboundBuffer().totalPendingWriteBytes();

        fillUntilFallenBehind();
        world.settle();

        assertThat(slow.channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isEqualTo(onItsWay);
        assertThat(slow.subscriber.replay).isNotNull();
    }

    @Test
    void v1PeerThatWouldMissRemovedMessagesIsClosed() {
        ReceivingNode slow = world.join(FrameFormat.V1);
        slow.channel.stall();
        fillUntilFallenBehind();
        world.commit();
        world.removeOldest(10);

        slow.channel.unstall();
        world.settle();

        assertThat(slow.connection.closedWith()).isEqualTo(CloseCode.TOO_SLOW);
        assertThat(slow.texts()).hasSize(1);
    }

    @Test
    void closedByPolicyRatherThanCaughtUp() {
        FanoutWorld strict = new FanoutWorld(new FanoutLimits(0, 8 * KIB, 64 * KIB, SlowPeers.CLOSE));
        ReceivingNode slow = strict.join(FrameFormat.V2);
        slow.channel.stall();
        for (int i = 0; i < 500 && slow.connection.closedWith() == null; i++) {
            strict.deliver(next());
        }

        assertThat(slow.connection.closedWith()).isEqualTo(CloseCode.TOO_SLOW);
        assertThat(strict.metrics.drops().count(Drop.SLOW_PEER_CLOSED)).isEqualTo(1);
        strict.end();
    }

    private void fillUntilFallenBehind() {
        long before = world.metrics.traffic().count(Traffic.SLOW_PEERS_FALLEN_BEHIND);
        for (int i = 0; i < 2000; i++) {
            world.deliver(next());
            if (world.metrics.traffic().count(Traffic.SLOW_PEERS_FALLEN_BEHIND) != before) {
                return;
            }
        }
        throw new AssertionError("nobody has fallen behind");
    }

    private VerifiedMessage next() {
        return verified("message " + published++ + "x".repeat(200));
    }
}
