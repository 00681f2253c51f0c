package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.Connection;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.server.admission.Budget;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Cost;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.BudgetSettings;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a peer that costs too much is held up, and parted with. Time passes as the test says. */
@Timeout(60)
final class SpendingTest {
    private static final BudgetSettings ONE_DEPOSIT_A_SECOND =
            new BudgetSettings(Duration.ofNanos(Cost.DEPOSIT), Duration.ZERO, Duration.ZERO);
    private static final Access NOBODY_EXEMPT =
            new Access(Access.Mode.OPEN, List.of(), List.of(), List.of(), new Access.Caps(0, 0, 0, 0));

    private final Counters<Traffic> traffic = new RelayMetrics().traffic();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<CloseCode> closed = new ArrayList<>();
    private final Peer peer = new Peer(
            new Connection() {
                @Override
                public Channel channel() {
                    return channel;
                }

                @Override
                public void close(CloseCode code, String reason) {
                    closed.add(code);
                }
            },
            FrameFormat.V2);

    SpendingTest() {
        channel.freezeTime();
    }

    @AfterEach
    void finish() {
        channel.finishAndReleaseAll();
    }

    private Spending spending() {
        Budgets budgets = new Budgets(
                ONE_DEPOSIT_A_SECOND,
                NOBODY_EXEMPT,
                () -> 1,
                () -> channel.eventLoop().ticker().nanoTime());
        return new Spending(peer, budgets.ofConnection(InetAddress.getLoopbackAddress()), traffic);
    }

    /** Spends until it is told to wait. */
    private static long wait(Spending spending) {
        long wait = 0;
        for (int i = 0; i < 10 && wait == 0; i++) {
            wait = spending.deposit(0);
        }
        return wait;
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void whileAPeerHasToWaitItIsNotRead() {
        Spending spending = spending();
        long wait = wait(spending);
        assertThat(wait).isBetween(900L, 1_001L);
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(spending.deposit(0)).as("what had come already").isEqualTo(wait);
        pass(wait);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(spending.deposit(0)).isZero();
    }

    @Test
    void whoGoesOnIsHeldUpLongerEachTimeAndThenClosed() {
        Spending spending = spending();
        long before = 0;
        int pauses = 0;
        while (closed.isEmpty()) {
            long wait = wait(spending);
            assertThat(wait).isBetween(before, 5_000L);
            before = Math.min(wait, 1_000);
            pauses++;
            pass(wait);
            assertThat(pauses).isLessThan(100);
        }
        assertThat(pauses).isEqualTo(21);
        assertThat(closed).containsExactly(CloseCode.OVER_BUDGET);
    }

    @Test
    void whoWasWithinItsBudgetForAWhileHasMadeGood() {
        Spending spending = spending();
        for (int i = 0; i < 100; i++) {
            long wait = wait(spending);
            assertThat(wait).isLessThan(1_100);
            pass(wait);
            pass(10_100);
        }
        assertThat(closed).isEmpty();
    }

    @Test
    void aPeerThatHasLeftIsReadOnToTheEndOfItsConnection() {
        Spending spending = spending();
        wait(spending);
        peer.discardReplies();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void whatIsDoneInAnyCaseIsPaidForOnCredit() {
        Spending spending = spending();
        spending.payFor(10 * Cost.DEPOSIT);
        assertThat(channel.config().isAutoRead())
                .as("a full bucket is enough for anything")
                .isTrue();
        spending.payFor(1);
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(spending.deposit(0)).isEqualTo(5_000);
    }

    @Test
    void nothingIsTooMuchForWhoHasNoLimits() {
        Spending spending = new Spending(peer, Budget.UNLIMITED, traffic);
        for (int i = 0; i < 10_000; i++) {
            assertThat(spending.deposit(0)).isZero();
        }
        assertThat(channel.config().isAutoRead()).isTrue();
    }
}
