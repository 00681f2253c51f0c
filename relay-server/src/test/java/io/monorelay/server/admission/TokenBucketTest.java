package io.monorelay.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** It is the age of the machine, and may be anything. */
    private static final long START = Long.MAX_VALUE - 3 * SECOND;

    @Test
    void aFullBucketGivesItsBurstAndThenWhatComes() {
        TokenBucket bucket = new TokenBucket(new TokenBucket.Rate(10, 5), START);
        for (int i = 0; i < 5; i++) {
            assertThat(bucket.tryTake(1, START)).isZero();
        }
        assertThat(bucket.tryTake(1, START)).isEqualTo(SECOND / 10);
        assertThat(bucket.tryTake(1, START + SECOND / 10)).isZero();
        assertThat(bucket.tryTake(1, START + SECOND / 10)).isEqualTo(SECOND / 10);
    }

    @Test
    void aBucketHoldsNoMoreThanItsBurstHoweverLongNobodyTakes() {
        TokenBucket bucket = new TokenBucket(new TokenBucket.Rate(10, 5), START);
        long later = START + 100 * SECOND;
        assertThat(bucket.available(later)).isEqualTo(5);
        assertThat(bucket.tryTake(5, later)).isZero();
        assertThat(bucket.tryTake(1, later)).isPositive();
    }

    @Test
    void aBucketInUseFillsAtTheRateOfNow() {
        TokenBucket.Tariff tariff = new TokenBucket.Tariff(new TokenBucket.Rate(1, 2));
        TokenBucket bucket = new TokenBucket(tariff, START);
        assertThat(bucket.tryTake(2, START)).isZero();
        assertThat(bucket.tryTake(1, START)).isEqualTo(SECOND);
        tariff.use(new TokenBucket.Rate(10, 30));
        assertThat(bucket.tryTake(10, START)).isZero();
        assertThat(bucket.tryTake(1, START)).isEqualTo(SECOND / 10);
        tariff.use(TokenBucket.Rate.ANY);
        assertThat(bucket.tryTake(1_000_000_000, START)).isZero();
    }

    @Test
    void whatIsOwedHasToComeInFirst() {
        TokenBucket bucket = new TokenBucket(new TokenBucket.Rate(10, 5), START);
        bucket.take(25, START);
        assertThat(bucket.available(START)).isEqualTo(-20);
        assertThat(bucket.tryTake(1, START)).isEqualTo(SECOND * 21 / 10);
        bucket.giveBack(20);
        assertThat(bucket.tryTake(1, START + SECOND / 10)).isZero();
    }

    @Test
    void whoWantsMoreThanTheBucketHoldsWaitsForAFullOneAndOwesTheRest() {
        TokenBucket bucket = new TokenBucket(new TokenBucket.Rate(10, 5), START);
        assertThat(bucket.tryTake(15, START)).isZero();
        assertThat(bucket.available(START)).isEqualTo(-10);
    }

    /** The naive bucket: a number that grows with time. */
    @Test
    void itAgreesWithABucketThatCounts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TokenBucket bucket = new TokenBucket(new TokenBucket.Rate(1_000, 500), START);
        long now = START;
        double tokens = 500;
        for (int i = 0; i < 10_000; i++) {
            long passed = random.nextLong(SECOND / 100);
            now += passed;
            tokens = Math.min(500, tokens + passed * 1_000.0 / SECOND);
            int wanted = 1 + random.nextInt(20);
            boolean given = bucket.tryTake(wanted, now) == 0;
            if (Math.abs(tokens - wanted) > 0.001) {
                assertThat(given).as("step %d of seed %d", i, seed).isEqualTo(tokens >= wanted);
            }
            tokens -= given ? wanted : 0;
            assertThat((double) bucket.available(now)).as("seed %d", seed).isBetween(tokens - 1.1, tokens + 1.1);
        }
    }

    @Test
    void threadsTogetherGetNoMoreThanThereIs() throws InterruptedException {
        TokenBucket bucket = new TokenBucket(new TokenBucket.Rate(1, 1_000), START);
        AtomicLong given = new AtomicLong();
        CountDownLatch done = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            Thread.ofPlatform().start(() -> {
                for (int j = 0; j < 1_000; j++) {
                    given.addAndGet(bucket.tryTake(1, START) == 0 ? 1 : 0);
                }
                done.countDown();
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(given).hasValue(1_000);
    }
}
