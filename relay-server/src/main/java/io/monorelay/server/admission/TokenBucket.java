package io.monorelay.server.admission;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of tokens that fills at a steady rate: the virtual scheduling algorithm (GCRA, ITU-T I.371), whose whole state is
 * the time at which the bucket is full again. Any thread; nobody waits, nothing is allocated.
 */
public final class TokenBucket {
    private static final long SECOND = 1_000_000_000L;

    /**
     * How fast a bucket fills, and what it holds.
     *
     * @param perSecond tokens, at least 1
     * @param burst tokens in a full bucket, at least 1
     */
    public record Rate(long perSecond, long burst) {
        /** So fast that nobody waits. */
        static final Rate ANY = of(1L << 60, 4);

        public Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException(
                        perSecond + " tokens a second and " + burst + " at once, expected at least one of each");
            }
        }

        /** As many at once as come in that many seconds. */
        public static Rate of(long perSecond, long seconds) {
            return new Rate(perSecond, perSecond * seconds);
        }

        private long nanosFor(long tokens) {
            return (long) ((double) tokens / perSecond * SECOND);
        }
    }

    /** The rate of several buckets, which may change while they are in use. Any thread. */
    static final class Tariff {
        private record Terms(Rate rate, long burstNanos) {}

        private volatile Terms terms;

        Tariff(Rate rate) {
            terms = new Terms(rate, rate.nanosFor(rate.burst()));
        }

        /** From now on the buckets fill at that rate. What is owed is paid off in the time that it would have taken before. */
        void use(Rate rate) {
            terms = new Terms(rate, rate.nanosFor(rate.burst()));
        }
    }

    private final Tariff tariff;
    private final AtomicLong fullAt;

    /**
     * A full bucket.
     *
     * @param now what {@link System#nanoTime} says, here and everywhere
     */
    public TokenBucket(Rate rate, long now) {
        this(new Tariff(rate), now);
    }

    /** The same, whose rate may change. */
    TokenBucket(Tariff tariff, long now) {
        this.tariff = tariff;
        fullAt = new AtomicLong(now);
    }

    /**
     * Takes tokens, if so many are there; of more than the bucket holds, a full bucket is taken for enough.
     *
     * @return 0 when they were taken, otherwise in how many ns they would be there
     */
    public long tryTake(long tokens, long now) {
        return tryTake(tokens, now, 1);
    }

    /** The same for what can wait: takes none of the second half of the bucket. */
    long tryTakeOfFirstHalf(long tokens, long now) {
        return tryTake(tokens, now, 2);
    }

    private long tryTake(long tokens, long now, int part) {
        Tariff.Terms terms = tariff.terms;
        long atMostMissing = terms.burstNanos() / part;
        long nanos = terms.rate().nanosFor(tokens);
        long needed = Math.min(nanos, atMostMissing);
        while (true) {
            long seen = fullAt.get();
            long missing = Math.max(0, seen - now);
            long wait = missing + needed - atMostMissing;
            if (wait > 0) {
                return wait;
            }
            if (fullAt.compareAndSet(seen, now + missing + nanos)) {
                return 0;
            }
        }
    }

    /** Takes tokens whether they are there or not: what is owed has to come in before {@link #tryTake} succeeds again. */
    public void take(long tokens, long now) {
        long nanos = tariff.terms.rate().nanosFor(tokens);
        while (true) {
            long seen = fullAt.get();
            if (fullAt.compareAndSet(seen, now + Math.max(0, seen - now) + nanos)) {
                return;
            }
        }
    }

    /** Gives back tokens that were taken a short while ago. */
    public void giveBack(long tokens) {
        fullAt.addAndGet(-tariff.terms.rate().nanosFor(tokens));
    }

    /** How many tokens are there; less than none are owed. */
    public long available(long now) {
        Rate rate = tariff.terms.rate();
        long missing = Math.max(0, fullAt.get() - now);
        return (long) (rate.burst() - (double) missing * rate.perSecond() / SECOND);
    }
}
