package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConductTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TOOK = Duration.ofMillis(80);

    private final Conduct newcomer = Conduct.ofNewcomer(START);

    @Test
    void trustGrowsWithEverySuccessAndStaysWithinOne() {
        Conduct conduct = newcomer;
        for (int i = 0; i < 1_000; i++) {
            double before = conduct.trust(START);
            conduct = conduct.succeeded(TOOK, START);
            assertThat(conduct.trust(START)).isBetween(before, 1.0);
        }
        assertThat(conduct.trust(START)).isGreaterThan(0.99);
    }

    @Test
    void oneFailureHalvesTrustAndOneSuccessRestoresMostOfIt() {
        Conduct good = after(newcomer, 100);
        Conduct failed = good.failed();
        assertThat(failed.trust(START)).isLessThan(good.trust(START) / 2);
        assertThat(failed.succeeded(TOOK, START).trust(START)).isGreaterThan(0.9 * good.trust(START));
    }

    @Test
    void anOldOutageIsForgivenWhateverTheTotals() {
        Conduct conduct = newcomer;
        for (int i = 0; i < 10_000; i++) {
            conduct = conduct.failed();
        }
        assertThat(conduct.trust(START)).isBetween(0.0, 1e-6);
        assertThat(after(conduct, 100).trust(START)).isGreaterThan(0.9);
    }

    @Test
    void trustInOneThatNobodyHearsFromFades() {
        Conduct good = after(newcomer, 100);
        assertThat(good.trust(START.plus(Duration.ofDays(7)))).isCloseTo(good.trust(START) / 2, within(1e-9));
        assertThat(good.trust(START.minusSeconds(3_600))).isEqualTo(good.trust(START));
    }

    @Test
    void latencyFollowsTheLatestSmoothly() {
        Conduct conduct = newcomer.succeeded(TOOK, START);
        assertThat(conduct.latencyMicros()).isEqualTo(80_000);
        assertThat(conduct.succeeded(Duration.ofMillis(160), START).latencyMicros())
                .isEqualTo(90_000);
        assertThat(newcomer.succeeded(Duration.ZERO, START).latencyMicros()).isEqualTo(1);
    }

    @Test
    void firstOffenceIsPaidForWithAMinute() {
        Conduct offended = newcomer.offended(START);
        assertThat(newcomer.isAvoided(START)).isFalse();
        assertThat(offended.isAvoided(START)).isTrue();
        assertThat(offended.isAvoided(START.plusSeconds(59))).isTrue();
        assertThat(offended.isAvoided(START.plusSeconds(60))).isFalse();
    }

    @Test
    void avoidanceGrowsWithRepetitionUpToADay() {
        Grudge grudge = Grudge.NONE;
        Duration before = Duration.ZERO;
        for (int i = 1; i <= 11; i++) {
            grudge = grudge.afterOffence(START);
            Duration avoided = Duration.between(START, grudge.avoidedUntil());
            assertThat(avoided).isEqualTo(Duration.ofMinutes(1L << (i - 1)));
            assertThat(avoided).isGreaterThan(before);
            before = avoided;
        }
        for (int i = 0; i < 1_000; i++) {
            grudge = grudge.afterOffence(START);
        }
        assertThat(grudge.avoidedUntil()).isEqualTo(START.plus(Duration.ofDays(1)));
        assertThat(grudge.offences()).isEqualTo(1_011);
    }

    @Test
    void oneThatOffendsWheneverItIsTriedIsTriedLessAndLess() {
        Grudge grudge = Grudge.NONE;
        Instant now = START;
        int tries = 0;
        while (now.isBefore(START.plus(Duration.ofDays(7)))) {
            grudge = grudge.afterOffence(now);
            now = grudge.avoidedUntil();
            tries++;
        }
        assertThat(tries).isBetween(20, 60);
    }

    @Test
    void grudgeIsForgivenOverTime() {
        Conduct conduct = newcomer;
        for (int i = 0; i < 8; i++) {
            conduct = conduct.offended(START);
        }
        assertThat(conduct.trust(START)).isLessThan(newcomer.trust(START) / 200);
        Instant later = START.plus(Duration.ofDays(10));
        Conduct again = conduct.provenAgain(later);
        assertThat(again.trust(later)).isGreaterThan(0.99 * newcomer.trust(START));
        assertThat(again.grudge().afterOffence(later).avoidedUntil()).isBefore(later.plusSeconds(61));
        assertThat(again.grudge().offences()).isEqualTo(8);
    }

    @Test
    void aClockThatWentBackDoesNotMakeAnAvoidanceLonger() {
        assertThat(newcomer.offended(START).isAvoided(START.minusSeconds(1))).isFalse();
    }

    @Test
    void impossibleConductIsRefused() {
        assertThatThrownBy(() -> Conduct.ofTotals(START, 0, 1, 2)).hasMessageContaining("no more in a row");
        assertThatThrownBy(() -> Conduct.ofTotals(START, -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Conduct(START, 0, 0, 0, Double.NaN, 0, Grudge.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Grudge(0, 17, START)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Grudge(0, Double.NaN, START)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Conduct after(Conduct conduct, int successes) {
        Conduct better = conduct;
        for (int i = 0; i < successes; i++) {
            better = better.succeeded(TOOK, START);
        }
        return better;
    }
}
