package io.monorelay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.monorelay.protocol.CloseCode.Next;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackOffTest {
    private static final ReconnectPolicy POLICY = new ReconnectPolicy(
            Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(10), Duration.ofSeconds(5));

    @Test
    void theCeilingDoublesWithEachFailureUpToTheMost() {
        BackOff backOff = new BackOff(POLICY, () -> 1);
        long[] expected = {400, 800, 1600, 3200, 6400, 10_000, 10_000};
        for (long millis : expected) {
            backOff.failed();
            assertThat(backOff.delay(Next.RECONNECT_WITH_BACK_OFF)).hasMillis(millis);
        }
    }

    @Test
    void aRelayThatWantsItsNodesBackAtOnceIsDialledSoonerButNotForEver() {
        BackOff backOff = new BackOff(POLICY, () -> 1);
        assertThat(backOff.delay(Next.RECONNECT_AT_ONCE)).hasMillis(100);
        for (int i = 0; i < 1000; i++) {
            backOff.failed();
            backOff.delay(Next.RECONNECT_AT_ONCE);
        }
        assertThat(backOff.delay(Next.RECONNECT_AT_ONCE)).hasMillis(10_000);
    }

    @Test
    void whoDrewShortTimesDoesNotWaitMuchLongerThanBefore() {
        double[] drawn = {0.01};
        BackOff backOff = new BackOff(POLICY, () -> drawn[0]);
        for (int i = 0; i < 10; i++) {
            backOff.failed();
            backOff.delay(Next.RECONNECT_WITH_BACK_OFF);
        }
        drawn[0] = 1;
        backOff.failed();
        assertThat(backOff.delay(Next.RECONNECT_WITH_BACK_OFF)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void theWholeTimeUpToTheCeilingIsUsed() {
        long seed = 20261123;
        BackOff backOff = new BackOff(POLICY, new Random(seed)::nextDouble);
        backOff.failed();
        backOff.failed();
        backOff.delayOfAtLeast(Duration.ofSeconds(1));
        int[] quarters = new int[4];
        for (int i = 0; i < 4000; i++) {
            long millis = backOff.delay(Next.RECONNECT_WITH_BACK_OFF).toMillis();
            assertThat(millis).as("seed %s", seed).isBetween(0L, 800L);
            quarters[(int) (millis / 200.001)]++;
        }
        for (int count : quarters) {
            assertThat(count).as("seed %s", seed).isBetween(850, 1150);
        }
    }

    @Test
    void aLinkThatHeldForgetsTheFailuresAndOneThatEndedSoonAddsToThem() {
        BackOff backOff = new BackOff(POLICY, () -> 1);
        backOff.failed();
        backOff.ended(Duration.ofMillis(4999));
        assertThat(backOff.failures()).isEqualTo(2);
        backOff.ended(Duration.ofSeconds(5));
        assertThat(backOff.failures()).isZero();
        assertThat(backOff.delay(Next.RECONNECT_WITH_BACK_OFF)).hasMillis(400);
    }

    @Test
    void aRelayIsNotDialledBeforeTheTimeThatItNames() {
        BackOff backOff = new BackOff(POLICY, () -> 0);
        backOff.failed();
        assertThat(backOff.delayOfAtLeast(Duration.ofSeconds(7))).hasSeconds(7);
        BackOff late = new BackOff(POLICY, () -> 1);
        late.failed();
        assertThat(late.delayOfAtLeast(Duration.ofSeconds(7))).hasMillis(7400);
    }

    @Test
    void aPolicyWhoseBoundsContradictEachOtherIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReconnectPolicy(second, second, second.dividedBy(2), second))
                .withMessageContaining("PT0.5S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReconnectPolicy(Duration.ZERO, second, second, second));
    }
}
