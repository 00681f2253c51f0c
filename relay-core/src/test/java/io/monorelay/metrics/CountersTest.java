package io.monorelay.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CountersTest {
    private final Counters<Outcome> counters = new Counters<>(Outcome.class);

    @Test
    void eachConstantHasItsOwnCount() {
        counters.increment(Outcome.ACCEPTED);
        counters.add(Outcome.REFUSED, 41);
        counters.increment(Outcome.REFUSED);

        assertThat(counters.count(Outcome.ACCEPTED)).isEqualTo(1);
        assertThat(counters.count(Outcome.DUPLICATE)).isZero();
        assertThat(counters.count(Outcome.REFUSED)).isEqualTo(42);
    }

    @Test
    void onlyCountsThatAreNotZeroAreListedInTheOrderOfTheConstants() {
        counters.increment(Outcome.REFUSED);
        counters.increment(Outcome.ACCEPTED);

        assertThat(counters.nonZero().keySet()).containsExactly(Outcome.ACCEPTED, Outcome.REFUSED);
    }

    @Test
    void countingFromManyThreadsLosesNothing() throws InterruptedException {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 10_000; n++) {
                    counters.increment(Outcome.DUPLICATE);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(counters.count(Outcome.DUPLICATE)).isEqualTo(40_000);
    }
}
