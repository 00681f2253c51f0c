package io.monorelay.bench.load;

import java.time.Duration;

/** What happened from one reading of the meters to a later one. */
record Stretch(Reading from, Reading to) {
    private static final double NANOS_A_SECOND = 1e9;

    double seconds() {
        return (to.nanos() - from.nanos()) / NANOS_A_SECOND;
    }

    double publishedPerSecond() {
        return (to.published() - from.published()) / seconds();
    }

    double deliveredPerSecond() {
        return (to.delivered() - from.delivered()) / seconds();
    }

    double serverCores() {
        return cores(from.server().cpu(), to.server().cpu());
    }

    double ownCores() {
        return cores(from.own(), to.own());
    }

    double busiestLoopCores() {
        return cores(from.busiestLoop(), to.busiestLoop());
    }

    private double cores(Duration before, Duration after) {
        return after.minus(before).toNanos() / NANOS_A_SECOND / seconds();
    }
}
