package io.monorelay.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.DeliveryMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LeadershipTest {
    private final ManualLinkLoop loop = new ManualLinkLoop();
    private final Leadership leadership = new Leadership(loop, 100);
    private final Relay first = new Relay();
    private final Relay second = new Relay();
    private final Relay third = new Relay();

    /** A relay that is dialled when it is said so. */
    private final class Relay implements Leadership.Member {
        private @Nullable DeliveryMode dialled;
        private @Nullable DeliveryMode brings;
        private int reopened;

        void dial() {
            dialled = leadership.wanted(this);
        }

        void opens() {
            brings = dialled;
            leadership.opened(this);
        }

        void dialAndOpen() {
            dial();
            opens();
        }

        void ends() {
            brings = null;
            leadership.ended(this);
        }

        @Override
        public @Nullable DeliveryMode brings() {
            return brings;
        }

        @Override
        public void reopen() {
            reopened++;
        }
    }

    @Test
    void firstThatOpensLeadsAndThoseDialledBeforeAreOpenedAnew() {
        first.dial();
        second.dial();
        second.opens();
        first.opens();

        assertThat(second.brings).isEqualTo(DeliveryMode.BODIES);
        assertThat(second.reopened).isZero();
        assertThat(first.reopened).isEqualTo(1);
        assertThat(leadership.wanted(first)).isEqualTo(DeliveryMode.IDS);
    }

    @Test
    void whenTheLeaderEndsAnotherIsOpenedAnewAndTheOldOneComesBackBehindIt() {
        first.dialAndOpen();
        second.dialAndOpen();
        third.dialAndOpen();
        assertThat(second.brings).isEqualTo(DeliveryMode.IDS);

        first.ends();

        assertThat(second.reopened + third.reopened).isEqualTo(1);
        Relay next = second.reopened == 1 ? second : third;
        assertThat(leadership.wanted(next)).isEqualTo(DeliveryMode.BODIES);
        next.dialAndOpen();
        first.dialAndOpen();
        assertThat(first.brings).isEqualTo(DeliveryMode.IDS);
        assertThat(first.reopened).isZero();
    }

    @Test
    void leaderWhoseOldLinkEndsBeforeTheNewOneIsOpenStaysTheLeader() {
        first.dialAndOpen();
        second.dialAndOpen();
        third.dialAndOpen();
        first.ends();
        Relay next = second.reopened == 1 ? second : third;
        next.dial();
        next.ends();
        next.opens();
        loop.runTimers();

        assertThat(next.brings).isEqualTo(DeliveryMode.BODIES);
        assertThat(second.reopened + third.reopened).isEqualTo(1);
    }

    @Test
    void leaderThatDoesNotComeBackIsReplacedAfterAWhile() {
        first.dialAndOpen();
        second.dialAndOpen();
        third.dialAndOpen();
        first.ends();
        Relay next = second.reopened == 1 ? second : third;
        Relay last = next == second ? third : second;
        next.ends();
        assertThat(last.reopened).isZero();

        loop.runTimers();

        assertThat(last.reopened).isEqualTo(1);
        assertThat(leadership.wanted(last)).isEqualTo(DeliveryMode.BODIES);
    }

    @Test
    void linkThatCouldNotBeOpenedAnewIsTriedAgain() {
        first.dial();
        second.dialAndOpen();
        first.opens();
        assertThat(first.reopened).isEqualTo(1);

        loop.runTimers();
        assertThat(first.reopened).isEqualTo(2);
        first.dialAndOpen();
        loop.runTimers();

        assertThat(first.brings).isEqualTo(DeliveryMode.IDS);
        assertThat(first.reopened).isEqualTo(2);
        assertThat(loop.timers()).isEmpty();
    }

    @Test
    void withNoLinkLeftWhoeverOpensNextLeads() {
        first.dialAndOpen();
        first.ends();
        second.dialAndOpen();
        assertThat(second.brings).isEqualTo(DeliveryMode.BODIES);
        first.dialAndOpen();
        assertThat(first.brings).isEqualTo(DeliveryMode.IDS);
    }
}
