package io.monorelay.bench.load;

import io.monorelay.bench.process.ProcessUsage;
import java.time.Duration;

/** All meters at one moment. */
record Reading(long nanos, long published, long delivered, Duration own, Duration busiestLoop, ProcessUsage server) {
    static Reading take(Tally tally, Generator generator, ProcessUsage server) {
        return new Reading(
                System.nanoTime(),
                tally.events().count(Event.PUBLISHED),
                tally.events().count(Event.DELIVERED),
                generator.cpu(),
                generator.busiestLoopCpu(),
                server);
    }
}
