package io.monorelay.bench.load;

import io.monorelay.bench.process.ProcessUsage;
import io.monorelay.bench.process.RunException;
import java.time.Duration;
import java.util.OptionalLong;

/** All meters at one moment. */
record Reading(long nanos, long published, long delivered, Duration own, Duration busiestLoop, ProcessUsage server) {
    private static final ProcessUsage UNKNOWN = new ProcessUsage(Duration.ZERO, 0, 0, 0);

    static Reading take(Tally tally, Generator generator, OptionalLong serverPid) throws RunException {
        return new Reading(
                System.nanoTime(),
                tally.events().count(Event.PUBLISHED),
                tally.events().count(Event.DELIVERED),
                generator.cpu(),
                generator.busiestLoopCpu(),
                serverPid.isPresent() ? ProcessUsage.of(serverPid.getAsLong()) : UNKNOWN);
    }
}
