package io.monorelay.store;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Threads that would ask the store at once, but do so when a test says, on the test's own thread. */
public final class ManualThreads extends AbstractExecutorService {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean busy;
    private int mostWaiting;

    /** From now on, or no longer, every question is one too many. */
    public void setBusy(boolean tooBusy) {
        busy = tooBusy;
    }

    /** Runs what waits; returns whether there was anything. */
    public boolean runAll() {
        boolean any = false;
        while (runOne()) {
            any = true;
        }
        return any;
    }

    /** Runs what has waited longest, if anything waits. */
    public boolean runOne() {
        Runnable task = tasks.pollFirst();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    public int waiting() {
        return tasks.size();
    }

    /** How many have waited at a time. */
    public int mostWaiting() {
        return mostWaiting;
    }

    @Override
    public void execute(Runnable task) {
        if (busy) {
            throw new RejectedExecutionException("busy");
        }
        tasks.addLast(task);
        mostWaiting = Math.max(mostWaiting, tasks.size());
    }

    @Override
    public void shutdown() {
        busy = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
