package io.monorelay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.Limits;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ChallengesTest {
    private static final Limits LIMITS = Limits.defaults();

    private final AtomicLong nanos = new AtomicLong();
    private final Challenges challenges = new Challenges(LIMITS, nanos::get);

    @Test
    void aChallengeIsRedeemedOnce() {
        byte[] challenge = challenges.issue();
        assertThat(challenge).hasSize(32);
        assertThat(challenges.redeem(challenge)).isTrue();
        assertThat(challenges.redeem(challenge)).isFalse();
    }

    @Test
    void aChallengeThatWasNotGivenOutIsRefused() {
        challenges.issue();
        assertThat(challenges.redeem(new byte[32])).isFalse();
        assertThat(challenges.redeem(new byte[0])).isFalse();
    }

    @Test
    void aChallengeExpires() {
        byte[] early = challenges.issue();
        nanos.set(LIMITS.challengeLife().toNanos() - 1);
        assertThat(challenges.redeem(early)).isTrue();
        byte[] late = challenges.issue();
        nanos.addAndGet(LIMITS.challengeLife().toNanos());
        assertThat(challenges.redeem(late)).isFalse();
    }

    @Test
    void onlySoManyAreRemembered() {
        int redeemed = 0;
        byte[][] all = new byte[LIMITS.maxChallenges() + 500][];
        for (int i = 0; i < all.length; i++) {
            all[i] = challenges.issue();
        }
        for (byte[] challenge : all) {
            redeemed += challenges.redeem(challenge) ? 1 : 0;
        }
        assertThat(redeemed).isLessThanOrEqualTo(LIMITS.maxChallenges());
    }
}
