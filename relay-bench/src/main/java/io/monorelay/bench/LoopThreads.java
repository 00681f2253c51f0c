package io.monorelay.bench;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs benchmarks on the kind of thread that event loops have, since Netty recycles its objects there alone. A benchmark
 * asks JMH for it with {@link #CUSTOM} and {@link #THIS_CLASS}.
 */
public final class LoopThreads extends ThreadPoolExecutor {
    /** The option of a fork that wants an executor of its own. */
    public static final String CUSTOM = "-Djmh.executor=CUSTOM";

    /** The option that names this one. */
    public static final String THIS_CLASS = "-Djmh.executor.class=io.monorelay.bench.LoopThreads";

    /** As JMH calls it. */
    public LoopThreads(int threads, String prefix) {
        super(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(prefix, true));
    }
}
