package io.monorelay.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;

/**
 * Tells the publishers in turn when their next message is due, whatever has become of those before: what is late is told
 * at once, with the time at which it was due, so that no delay is left out of the latencies.
 */
final class Pacer {
    private final Schedule schedule;
    private final Duration length;
    private final List<Publishing> publishers;
    private final Recorder lag;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "load-pacer");

    Pacer(Schedule schedule, Duration length, List<Publishing> publishers, Recorder lag) {
        this.schedule = schedule;
        this.length = length;
        this.publishers = publishers;
        this.lag = lag;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns when nothing more becomes due. */
    void stop() throws InterruptedException {
        stopped.set(true);
        thread.join();
    }

    private void run() {
        long start = System.nanoTime();
        long number = 0;
        for (long next = 0; next < length.toNanos() && !stopped.get(); next = schedule.dueNanos(number)) {
            parkUntil(start + next);
            Tally.record(lag, start + next);
            publishers.get((int) (number % publishers.size())).due(start + next);
            number++;
        }
    }

    private void parkUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0 && !stopped.get(); left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
