package io.monorelay.fanout;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.Fate;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.SignedMessages;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the fan-out says about who was sent a message, and who took it late. */
@Timeout(60)
final class LoopFanoutAccountTest {
    private static final int KIB = 1024;

    private final FanoutWorld world =
            new FanoutWorld(new FanoutLimits(5_000_000, 8 * KIB, 64 * KIB, SlowPeers.CATCH_UP));

    @AfterEach
    void nothingIsLeft() {
        world.end();
    }

    private Fate fateOf(FreshMessage message) {
        world.fanout.account();
        Fate fate = world.log.fates().of(message.message().id());
        assertThat(fate).isNotNull();
        return fate;
    }

    @Test
    void everybodyWhoIsSentAMessageIsCountedOnceWhateverTheFormat() {
        ReceivingNode sender = world.join(FrameFormat.V2);
        for (FrameFormat format : FrameFormat.values()) {
            world.join(format);
        }
        FreshMessage message = world.publishFrom(sender, verified("for all"));
        world.settle();
        Fate fate = fateOf(message);
        assertThat(fate.sent()).isEqualTo(FrameFormat.values().length);
        assertThat(fate.late()).isZero();
        assertThat(fate.from()).isEqualTo(sender.peer.id());
        assertThat(fate.position()).isEqualTo(message.position());
        assertThat(fateOf(message)).isEqualTo(fate);
    }

    @Test
    void messageForOneIsSentToThatOne() {
        NodeKey key = SignedMessages.key(7);
        world.join(FrameFormat.V2);
        world.join(FrameFormat.V2).prove(key);
        FreshMessage message = world.deliver(verified(Form.MONOCHAIN, key, "for one"));
        assertThat(fateOf(message).sent()).isEqualTo(1);
    }

    @Test
    void slowReaderIsNamedWithWhatItTookLaterThanTheOthers() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        ReceivingNode quick = world.join(FrameFormat.V2);
        slow.channel.stall();
        FreshMessage inItsSocket = world.deliver(verified("first"));
        world.settle();
        FreshMessage waiting = world.deliver(verified("second"));
        world.settle();
        assertThat(fateOf(waiting).sent()).isEqualTo(1);
        slow.channel.unstall();
        world.settle();
        FreshMessage after = world.deliver(verified("third"));
        world.settle();

        assertThat(slow.texts()).isEqualTo(quick.texts());
        assertThat(fateOf(inItsSocket).late()).isZero();
        assertThat(fateOf(waiting).sent()).isEqualTo(2);
        assertThat(fateOf(waiting).late()).isEqualTo(1);
        assertThat(fateOf(waiting).named()).containsExactly(slow.peer.id());
        assertThat(fateOf(after).sent()).isEqualTo(2);
        assertThat(fateOf(after).late()).isZero();
    }

    @Test
    void whoReadsOnFromTheStoreIsNamedAndCountedToo() {
        ReceivingNode slow = world.join(FrameFormat.V2);
        world.join(FrameFormat.V2);
        slow.channel.stall();
        world.deliver(verified("in its socket"));
        world.settle();
        FreshMessage message = world.deliver(verified("waiting"));
        String filling = "x".repeat(4 * KIB);
        for (int i = 0; i < 40; i++) {
            world.deliver(verified(i + filling));
            world.settle();
        }
        slow.channel.unstall();
        world.settle();
        assertThat(fateOf(message).sent()).isEqualTo(2);
        assertThat(fateOf(message).late()).isEqualTo(1);
        assertThat(fateOf(message).named()).containsExactly(slow.peer.id());
    }
}
