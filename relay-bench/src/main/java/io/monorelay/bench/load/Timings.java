package io.monorelay.bench.load;

import org.HdrHistogram.Histogram;

/**
 * How long things took, in nanoseconds. What the network brings is timed from when its message was due.
 *
 * @param deliveries to nodes that stay and read
 * @param lateDeliveries to nodes that read slowly, or leave and come back
 * @param answers to publishers
 * @param lag of this program itself: how much later than planned it did what it had to
 */
record Timings(Histogram deliveries, Histogram lateDeliveries, Histogram answers, Histogram lag) {}
