package io.monorelay.server.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

    private long now = Long.MAX_VALUE - 1_000_000;
    private double random;
    private final Breaker breaker = new Breaker(3, MAX_PAUSE, () -> now, () -> random);

    @Test
    void fewerFailuresThanItTakesDoNotPause() {
        fail(2);

        assertThat(breaker.isPaused()).isFalse();
    }

    @Test
    void enoughFailuresInARowPause() {
        fail(3);

        assertThat(breaker.isPaused()).isTrue();
        pass(Duration.ofMillis(999));
        assertThat(breaker.isPaused()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(breaker.isPaused()).isFalse();
    }

    @Test
    void successInBetweenStartsTheCountAnew() {
        fail(2);
        breaker.succeeded();
        fail(2);

        assertThat(breaker.isPaused()).isFalse();
    }

    @Test
    void eachAttemptThatFailsDoublesThePauseUpToTheLongest() {
        fail(3);
        for (int seconds : new int[] {1, 2, 4, 5, 5}) {
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(breaker.isPaused()).isTrue();
            pass(Duration.ofNanos(1));
            assertThat(breaker.isPaused()).isFalse();
            fail(1);
            assertThat(breaker.isPaused()).isTrue();
        }
    }

    @Test
    void successAfterAPauseMakesTheNextOneShortAgain() {
        fail(3);
        pass(Duration.ofSeconds(1));
        fail(1);
        pass(Duration.ofSeconds(2));
        breaker.succeeded();
        fail(2);
        assertThat(breaker.isPaused()).isFalse();
        fail(1);
        assertThat(breaker.isPaused()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(breaker.isPaused()).isFalse();
    }

    @Test
    void pauseIsShortenedByAQuarterAtMost() {
        random = 0.999_999;
        fail(3);

        pass(Duration.ofMillis(749));
        assertThat(breaker.isPaused()).isTrue();
        pass(Duration.ofMillis(2));
        assertThat(breaker.isPaused()).isFalse();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
