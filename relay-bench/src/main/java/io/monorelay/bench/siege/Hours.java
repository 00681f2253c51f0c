package io.monorelay.bench.siege;

import io.monorelay.bench.load.Moment;
import io.monorelay.bench.load.Observer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How the honest nodes fared while it was calm, and under attack. The thread of the load tells it of each second; the one that
 * attacks waits for the calm to be over, and says when the attack is.
 */
final class Hours implements Observer {
    private static final int DIGITS = 3;

    /** What is added up of some seconds. */
    static final class Span {
        private final Histogram deliveries = new Histogram(DIGITS);
        private int seconds;
        private double published;
        private double delivered;
        private double cores;
        private long residentBytes;
        private int descriptors;

        private void add(Moment moment, Histogram interval) {
            seconds++;
            published += moment.published();
            delivered += moment.delivered();
            cores += moment.serverCores();
            residentBytes = Math.max(residentBytes, moment.serverBytes());
            descriptors = Math.max(descriptors, moment.serverDescriptors());
            deliveries.add(interval);
        }

        double publishedPerSecond() {
            return seconds == 0 ? 0 : published / seconds;
        }

        double deliveredPerSecond() {
            return seconds == 0 ? 0 : delivered / seconds;
        }

        double p50Millis() {
            return deliveries.getValueAtPercentile(50) / 1e6;
        }

        double p99Millis() {
            return deliveries.getValueAtPercentile(99) / 1e6;
        }

        /** That the relay used, on the average. */
        double cores() {
            return seconds == 0 ? 0 : cores / seconds;
        }

        /** The most that there were. */
        long residentBytes() {
            return residentBytes;
        }

        /** The most that there were. */
        int descriptors() {
            return descriptors;
        }
    }

    private final double warmUpSeconds;
    private final double calmEndsSeconds;
    private final Span calm = new Span();
    private final Span attack = new Span();
    private final CountDownLatch calmOver = new CountDownLatch(1);
    private final CountDownLatch attackOver = new CountDownLatch(1);
    private @Nullable Span now;

    Hours(Duration warmUp, Duration calm) {
        warmUpSeconds = warmUp.toSeconds();
        calmEndsSeconds = warmUp.plus(calm).toSeconds();
    }

    @Override
    public void onMoment(Moment moment, Histogram deliveries) {
        boolean isOver = attackOver.getCount() == 0;
        if (now != null) {
            now.add(moment, deliveries);
        }
        if (isOver) {
            now = null;
        } else if (moment.seconds() >= calmEndsSeconds) {
            now = attack;
            calmOver.countDown();
        } else if (moment.seconds() >= warmUpSeconds) {
            now = calm;
        }
    }

    /** Whether the calm has ended within that time. */
    boolean awaitEndOfCalm(Duration most) throws InterruptedException {
        return calmOver.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The second that goes on is the last one of the attack. */
    void endAttack() {
        attackOver.countDown();
    }

    /** To be asked when the load has ended. */
    Span calm() {
        return calm;
    }

    /** To be asked when the load has ended. */
    Span attack() {
        return attack;
    }
}
