package io.monorelay.bench.load;

import io.monorelay.bench.process.RunException;
import org.HdrHistogram.Histogram;

/** Watches a run as it goes on. Called by the thread that runs it, once a second. */
public interface Observer {
    /**
     * A second is over.
     *
     * @param deliveries how long the deliveries since the last call took, in nanoseconds
     */
    void onMoment(Moment moment, Histogram deliveries) throws RunException;
}
