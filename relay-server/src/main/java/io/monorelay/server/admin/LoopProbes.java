package io.monorelay.server.admin;

import io.monorelay.metrics.Durations;
import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long the event loops take until they come to something that is new: what a message or a connection waits at least.
 * Each loop is given a task now and then, the next one when it has done the last.
 */
public final class LoopProbes {
    private static final int INTERVAL_MILLIS = 250;

    private final Map<String, Durations> delays = new LinkedHashMap<>();

    /**
     * Probes these loops from now on.
     *
     * @param prober on which the probing is scheduled, until it ends
     */
    public LoopProbes(List<EventLoop> loops, EventLoop prober) {
        for (EventLoop loop : loops) {
            Durations durations = new Durations();
            delays.put(Integer.toString(delays.size()), durations);
            Runnable probe = probe(loop, durations);
            prober.scheduleAtFixedRate(probe, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static Runnable probe(EventLoop loop, Durations durations) {
        AtomicBoolean pending = new AtomicBoolean();
        return () -> {
            if (pending.compareAndSet(false, true)) {
                long asked = System.nanoTime();
                try {
                    loop.execute(() -> {
                        durations.record(System.nanoTime() - asked);
                        pending.set(false);
                    });
                } catch (RejectedExecutionException ended) {
                    // It is not asked again.
                }
            }
        };
    }

    /** The delays of each loop, by its number. */
    Map<String, Durations> delays() {
        return delays;
    }
}
