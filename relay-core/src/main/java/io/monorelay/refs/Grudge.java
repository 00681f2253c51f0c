package io.monorelay.refs;

import java.time.Duration;
import java.time.Instant;

/**
 * What a node is blamed for. Each offence weighs one, and what it weighs halves every day: so a node is forgiven over
 * time. After an offence the node is avoided for a while, twice as long for each unit of weight, and at most a day.
 *
 * <p>A value; pure.
 *
 * @param offences how many there have been
 * @param weight what they weighed together right after the last one, at most {@link #MAX_WEIGHT}
 * @param lastOffence when that was; the epoch if there was none
 */
public record Grudge(long offences, double weight, Instant lastOffence) {
    /** That of a node that has done nothing wrong. */
    public static final Grudge NONE = new Grudge(0, 0, Instant.EPOCH);

    static final Duration FIRST_AVOIDANCE = Duration.ofMinutes(1);
    static final Duration MAX_AVOIDANCE = Duration.ofDays(1);
    static final Duration HALF_LIFE = Duration.ofDays(1);

    /** More than it takes for the longest avoidance, so that a node that goes on offending is not forgiven at once. */
    static final double MAX_WEIGHT = 16;

    public Grudge {
        if (offences < 0 || !(weight >= 0 && weight <= MAX_WEIGHT)) {
            throw new IllegalArgumentException("a grudge of " + offences + " offences that weigh " + weight
                    + ": expected neither below 0, and a weight of at most " + MAX_WEIGHT);
        }
    }

    /** The grudge after one more offence. */
    Grudge afterOffence(Instant now) {
        return new Grudge(offences + 1, Math.min(weightAt(now) + 1, MAX_WEIGHT), now);
    }

    /** What it weighs now. */
    double weightAt(Instant now) {
        return weight * Halving.of(Duration.between(lastOffence, now), HALF_LIFE);
    }

    /** Until when the node is avoided; in the past, if it is not. */
    public Instant avoidedUntil() {
        if (offences == 0) {
            return Instant.EPOCH;
        }
        double millis = FIRST_AVOIDANCE.toMillis() * Math.pow(2, weight - 1);
        return lastOffence.plusMillis(Math.min((long) millis, MAX_AVOIDANCE.toMillis()));
    }

    /** Whether the node is to be left alone; not when the clock has gone back to before its offence. */
    public boolean isAvoided(Instant now) {
        return !now.isBefore(lastOffence) && now.isBefore(avoidedUntil());
    }
}
