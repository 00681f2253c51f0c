package io.monorelay.bench.soak;

import io.monorelay.bench.load.LoadPlan;
import io.monorelay.bench.load.LoadResult;
import io.monorelay.bench.load.LoadRun;
import io.monorelay.bench.load.Observer;
import io.monorelay.bench.process.Jvm;
import io.monorelay.bench.process.ProcessUsage;
import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Loads a relay in all the ways there are, and looks at it every second. Used by one thread, which may block. */
final class WatchedSoak {
    private static final Duration LEAVING = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final LoadPlan plan;
    private final Observer progress;

    /** @param progress is told of every second as well */
    WatchedSoak(LoadPlan plan, Observer progress) {
        this.plan = plan;
        this.progress = progress;
    }

    Outcome run() throws IOException, InterruptedException, RunException {
        OptionalLong pid = plan.serverPid();
        if (pid.isEmpty()) {
            return run(null);
        }
        try (Jvm jvm = Jvm.of(pid.getAsLong())) {
            return run(jvm);
        }
    }

    private Outcome run(@Nullable Jvm jvm) throws InterruptedException, RunException {
        Vandals vandals = new Vandals(plan.relay(), plan.seed());
        try (Watching watching = new Watching(plan.relay(), jvm, plan.phases().published())) {
            ProcessUsage before = usage();
            LoadResult load = runBeside(vandals, watching);
            ProcessUsage after = before == null ? null : whenAllHaveLeft(before).orElse(null);
            return new Outcome(load, watching.samples(), before, after, vandals.done(), vandals.notConnected());
        }
    }

    private LoadResult runBeside(Vandals vandals, Watching watching) throws InterruptedException, RunException {
        vandals.start();
        try {
            return new LoadRun(plan, (moment, deliveries) -> {
                        watching.onMoment(moment, deliveries);
                        progress.onMoment(moment, deliveries);
                    })
                    .run();
        } finally {
            vandals.end();
        }
    }

    private @Nullable ProcessUsage usage() throws RunException {
        return plan.serverPid().isPresent() ? ProcessUsage.of(plan.serverPid().getAsLong()) : null;
    }

    /** As it is once everything has been given back, or when the time for that is over. */
    private Optional<ProcessUsage> whenAllHaveLeft(ProcessUsage before) {
        long pid = plan.serverPid().orElseThrow();
        long end = System.nanoTime() + LEAVING.toNanos();
        Optional<ProcessUsage> now = ProcessUsage.find(pid);
        while (System.nanoTime() < end && now.isPresent() && hasMore(now.get(), before)) {
            LockSupport.parkNanos(LOOK.toNanos());
            now = ProcessUsage.find(pid);
        }
        return now;
    }

    private static boolean hasMore(ProcessUsage now, ProcessUsage before) {
        return now.descriptors() - before.descriptors() > Outcome.MOST_LEFT_DESCRIPTORS
                || now.threads() - before.threads() > Outcome.MOST_LEFT_THREADS;
    }
}
