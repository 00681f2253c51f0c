package io.monorelay.bench.yardstick;

/**
 * Workload W2 with some that read too slowly beside it, once.
 *
 * @param figures what the load generator printed of the fast ones
 * @param ended how many of the slow ones the relay closed the connection of
 * @param takenShare what each of the slow ones took of what was published
 * @param kernelBytes that the system kept in the sockets of all programs at the end
 */
record MixedRun(Run figures, long ended, double takenShare, double kernelBytes) {
    private static final double KIB = 1024;

    double residentBytes() {
        return figures.figure("rss_kb") * KIB;
    }
}
