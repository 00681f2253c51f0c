package io.monorelay.bench.load;

/**
 * How a run was in one second of it.
 *
 * @param seconds since publishing began
 * @param published messages a second
 * @param delivered messages a second, all receivers together
 * @param p50Millis of deliveries, from when their messages were due
 * @param missing deliveries of acknowledged messages that have yet to come
 * @param troubles losses of links, gaps, repeated messages and the like, so far
 * @param serverCores that the relay used; 0 when its process is not known, as with what follows
 */
public record Moment(
        double seconds,
        double published,
        double delivered,
        double p50Millis,
        double p99Millis,
        long missing,
        long troubles,
        double serverCores,
        long serverBytes,
        int serverThreads,
        int serverDescriptors) {}
