package io.monorelay.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.crypto.MessageSigner;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SignedMessages;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.relay.Receipt.Acknowledged;
import io.monorelay.relay.Receipt.Reach;
import io.monorelay.relay.Receipt.Refused;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class RouterTest {
    private final PathWorld world = new PathWorld(SignedMessages.TIME);
    private final Router router = new Router(
            new MessageSigner(SignedMessages.SENDER, Form.MONOCHAIN),
            new InboundDecoder(Limits.defaults()),
            world.path,
            world.clock,
            Runnable::run,
            world.commits);

    private Receipt durable(CompletionStage<Receipt> sent) {
        world.mark.advanceTo(world.log.lastPosition());
        return sent.toCompletableFuture().join();
    }

    @Test
    void receiptWaitsForTheStore() {
        CompletionStage<Receipt> sent = router.sendToAll("hello");

        assertThat(sent).isNotCompleted();
        assertThat(durable(sent)).isInstanceOf(Acknowledged.class);
    }

    @Test
    void afterTheEndOfTheRelaySendingFails() {
        Router ended = new Router(
                new MessageSigner(SignedMessages.SENDER, Form.MONOCHAIN),
                new InboundDecoder(Limits.defaults()),
                world.path,
                world.clock,
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                world.commits);

        assertThat(ended.sendToAll("hello")).isCompletedExceptionally();
    }

    @Test
    void textToAllIsSignedAndTakesTheWayOfEveryMessage() {
        Receipt receipt = durable(router.sendToAll("hello"));

        assertThat(receipt).isInstanceOfSatisfying(Acknowledged.class, acknowledged -> {
            assertThat(acknowledged.reach()).isEqualTo(Reach.EVERYBODY);
            assertThat(acknowledged.duplicate()).isFalse();
        });
        FreshMessage logged = world.logged().get(0);
        assertThat(logged.message().sender()).isEqualTo(SignedMessages.SENDER.key());
        assertThat(logged.message().receiver()).isNull();
        assertThat(logged.origin()).isSameAs(Origin.NONE);
        assertThat(logged.message().timeEpochSecond()).isEqualTo(SignedMessages.TIME.getEpochSecond());
    }

    @Test
    void textToOneIsAddressed() {
        NodeKey key = SignedMessages.key(1);

        Receipt receipt = durable(router.sendTo(key, "hello"));

        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Acknowledged.class,
                        acknowledged -> assertThat(acknowledged.reach()).isEqualTo(Reach.STORED));
        assertThat(world.logged().get(0).message().receiver()).isEqualTo(key);
    }

    @Test
    void sameTextInTheSameSecondIsOneMessage() {
        router.sendToAll("hello");

        assertThat(durable(router.sendToAll("hello")))
                .isInstanceOfSatisfying(
                        Acknowledged.class,
                        acknowledged -> assertThat(acknowledged.duplicate()).isTrue());
        assertThat(world.logged()).hasSize(1);
    }

    @Test
    void textThatIsTooLongIsRefusedAsForAnybody() {
        Receipt receipt = durable(router.sendToAll("x".repeat(Limits.defaults().maxFrameBytes())));

        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.fault()).isEqualTo(Fault.TOO_LARGE));
        assertThat(world.logged()).isEmpty();
    }

    @Test
    void textThatNoMessageCanHoldIsTheCallersMistake() {
        assertThatThrownBy(() -> router.sendToAll("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
