package io.monorelay.bench.load;

import io.monorelay.bench.process.RunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Reads the meters of a run every second, and adds up what is measured. Used by one thread, which may block. */
final class Watch {
    /** What a run that goes well has none of. */
    static final Set<Event> TROUBLES = Set.of(
            Event.OUT_OF_ORDER,
            Event.REPEATED,
            Event.GAPS,
            Event.UNREADABLE,
            Event.LINKS_LOST,
            Event.LINKS_NOT_OPENED,
            Event.NOT_LEFT);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final double NANOS_A_MILLI = 1e6;
    private static final double NANOS_A_SECOND = 1e9;

    private final Tally tally;
    private final Generator generator;
    private final Population population;
    private final ServerProcess server;
    private final Observer observer;
    private final List<Moment> moments = new ArrayList<>();
    private final Histogram deliveries = new Histogram(3);
    private final Histogram lateDeliveries = new Histogram(3);
    private final Histogram answers = new Histogram(3);
    private final Histogram lag = new Histogram(3);
    private final long beganNanos = System.nanoTime();
    private Reading last;
    private boolean measuring;

    Watch(Run run, Generator generator, Population population, Observer observer) {
        tally = run.tally();
        this.generator = generator;
        this.population = population;
        this.observer = observer;
        server = new ServerProcess(run.plan().serverPid());
        last = read();
    }

    /** What came before does not count; what comes from now on does. */
    Reading beginMeasuring() {
        measuring = true;
        for (Recorder recorder :
                List.of(tally.deliveries(), tally.lateDeliveries(), tally.answers(), generator.lag())) {
            recorder.reset();
        }
        return read();
    }

    Reading read() {
        return Reading.take(tally, generator, server.usage());
    }

    /** Whether the relay's process is gone, so that there is nothing more to wait for. */
    boolean relayHasEnded() {
        return server.hasEnded();
    }

    /** Watches until that time is over, what is waited for is so, or the relay has ended. */
    void watch(Duration most, BooleanSupplier over) throws InterruptedException, RunException {
        long end = System.nanoTime() + most.toNanos();
        while (System.nanoTime() < end && !server.hasEnded() && !over.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(Math.min(LOOK.toNanos(), end - System.nanoTime()));
            if (System.nanoTime() - last.nanos() >= SECOND.toNanos()) {
                onSecond();
            }
        }
    }

    private void onSecond() throws RunException {
        Reading now = read();
        if (server.hasEnded()) {
            return;
        }
        Histogram interval = collect();
        Stretch second = new Stretch(last, now);
        last = now;
        Moment moment = new Moment(
                (now.nanos() - beganNanos) / NANOS_A_SECOND,
                second.publishedPerSecond(),
                second.deliveredPerSecond(),
                interval.getValueAtPercentile(50) / NANOS_A_MILLI,
                interval.getValueAtPercentile(99) / NANOS_A_MILLI,
                population.missing(),
                troubles(),
                second.serverCores(),
                now.server().residentBytes(),
                now.server().threads(),
                now.server().descriptors());
        moments.add(moment);
        observer.onMoment(moment, interval);
    }

    private long troubles() {
        return TROUBLES.stream().mapToLong(tally.events()::count).sum();
    }

    /** Adds what the recorders have to the totals, once it counts. */
    private Histogram collect() {
        Histogram interval = tally.deliveries().getIntervalHistogram();
        if (measuring) {
            deliveries.add(interval);
            lateDeliveries.add(tally.lateDeliveries().getIntervalHistogram());
            answers.add(tally.answers().getIntervalHistogram());
            lag.add(generator.lag().getIntervalHistogram());
        }
        return interval;
    }

    /** Everything that was timed since {@link #beginMeasuring}. */
    Timings timings() {
        collect();
        return new Timings(deliveries, lateDeliveries, answers, lag);
    }

    List<Moment> moments() {
        return moments;
    }
}
