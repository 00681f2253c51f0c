package io.monorelay.bench.jmh;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How often a benchmark is repeated where its command line does not say. One process alone cannot tell how much the next
 * one would differ, with what its compiler makes of the same code.
 */
enum Effort {
    QUICK(1, 200),
    FULL(3, 500);

    private static final int WARMUP_ITERATIONS = 3;
    private static final int ITERATIONS = 5;

    private final int forks;
    private final int iterationMillis;

    Effort(int forks, int iterationMillis) {
        this.forks = forks;
        this.iterationMillis = iterationMillis;
    }

    /** What was asked for, completed, with the allocation of each operation. */
    Options complete(CommandLineOptions asked) {
        TimeValue iteration = TimeValue.milliseconds(iterationMillis);
        return new OptionsBuilder()
                .parent(asked)
                .forks(asked.getForkCount().orElse(forks))
                .warmupIterations(asked.getWarmupIterations().orElse(WARMUP_ITERATIONS))
                .warmupTime(asked.getWarmupTime().orElse(iteration))
                .measurementIterations(asked.getMeasurementIterations().orElse(ITERATIONS))
                .measurementTime(asked.getMeasurementTime().orElse(iteration))
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class)
                .build();
    }
}
