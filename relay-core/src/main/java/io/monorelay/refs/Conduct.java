package io.monorelay.refs;

import java.time.Duration;
import java.time.Instant;

/**
 * How the node at an address has behaved, towards this node and by its own doing; what others say of it does not count.
 *
 * <p>A value: what happens makes a new one. Pure.
 *
 * @param lastGood when it last proved its key or took a message
 * @param successes messages that it took
 * @param failures times that it could not be reached or answered wrongly
 * @param failuresInARow of these, those since it was last good
 * @param reliability from 0 to 1: how often it took messages lately, smoothed
 * @param latencyMicros how long it took to take a message lately, smoothed, in microseconds; 0 if it never took one
 * @param grudge what it is blamed for
 */
public record Conduct(
        Instant lastGood,
        long successes,
        long failures,
        long failuresInARow,
        double reliability,
        long latencyMicros,
        Grudge grudge) {
    /** The weight of the latest call in what is smoothed: the reliability changes slowly, since calls come in bursts. */
    private static final double RELIABILITY_GAIN = 1.0 / 16;

    /** As in RFC 6298, section 2. */
    private static final double LATENCY_GAIN = 1.0 / 8;

    private static final double UNKNOWN_RELIABILITY = 0.5;

    /** The trust in a node that nobody hears from halves in that time. */
    private static final Duration SILENCE_HALF_LIFE = Duration.ofDays(7);

    /** A node that failed so often in a row is as little trusted as one that failed more often. */
    private static final int MOST_FAILURES = 20;

    public Conduct {
        if (successes < 0 || failures < 0 || failuresInARow < 0 || failuresInARow > failures) {
            throw new IllegalArgumentException("successes " + successes + ", failures " + failures + ", in a row "
                    + failuresInARow + ": expected none below 0, and no more in a row than all together");
        }
        if (!(reliability >= 0 && reliability <= 1) || latencyMicros < 0) {
            throw new IllegalArgumentException("reliability " + reliability + ", latency " + latencyMicros
                    + ": expected 0 to 1, and no latency below 0");
        }
    }

    /** That of a node that has just proven its key for the first time. */
    public static Conduct ofNewcomer(Instant now) {
        return new Conduct(now, 0, 0, 0, UNKNOWN_RELIABILITY, 0, Grudge.NONE);
    }

    /** With a reliability that follows from the totals, for want of anything better. */
    public static Conduct ofTotals(Instant lastGood, long successes, long failures, long failuresInARow) {
        double reliability = (successes + 1.0) / (successes + failures + 2.0);
        return new Conduct(lastGood, successes, failures, failuresInARow, reliability, 0, Grudge.NONE);
    }

    Conduct provenAgain(Instant now) {
        return new Conduct(now, successes, failures, 0, reliability, latencyMicros, grudge);
    }

    Conduct succeeded(Duration took, Instant now) {
        double better = reliability + RELIABILITY_GAIN * (1 - reliability);
        return new Conduct(now, successes + 1, failures, 0, better, smoothed(took), grudge);
    }

    private long smoothed(Duration took) {
        long micros = Math.max(took.toNanos() / 1_000, 1);
        return latencyMicros == 0 ? micros : Math.round(latencyMicros + LATENCY_GAIN * (micros - latencyMicros));
    }

    Conduct failed() {
        double worse = reliability - RELIABILITY_GAIN * reliability;
        return new Conduct(lastGood, successes, failures + 1, failuresInARow + 1, worse, latencyMicros, grudge);
    }

    Conduct offended(Instant now) {
        return new Conduct(
                lastGood, successes, failures, failuresInARow, reliability, latencyMicros, grudge.afterOffence(now));
    }

    /** Whether the node has not been good since it last failed. */
    public boolean isFailing() {
        return failuresInARow > 0;
    }

    /** Whether the node is to be left alone because of what it did. */
    public boolean isAvoided(Instant now) {
        return grudge.isAvoided(now);
    }

    /**
     * How much the node is trusted, from 0 to 1: its reliability, halved by each failure since it was last good, by each
     * unit that the grudge weighs now, and by each week since it was last good.
     */
    public double trust(Instant now) {
        double halvings = Math.min(failuresInARow, MOST_FAILURES) + grudge.weightAt(now);
        return reliability * Math.pow(2, -halvings) * Halving.of(Duration.between(lastGood, now), SILENCE_HALF_LIFE);
    }
}
