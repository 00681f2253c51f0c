package io.monorelay.bench.load;

import io.monorelay.metrics.Counters;
import org.HdrHistogram.Recorder;

/** What all nodes of a run count and time together. Any thread. */
final class Tally {
    private static final int DIGITS = 3;

    private final Counters<Event> events = new Counters<>(Event.class);
    private final Recorder deliveries = new Recorder(DIGITS);
    private final Recorder lateDeliveries = new Recorder(DIGITS);
    private final Recorder answers = new Recorder(DIGITS);

    void on(Event event) {
        events.increment(event);
    }

    Counters<Event> events() {
        return events;
    }

    /** How long deliveries took from when their messages were due, in nanoseconds. */
    Recorder deliveries() {
        return deliveries;
    }

    /** The same for nodes that read slowly or leave and come back, which is their own doing. */
    Recorder lateDeliveries() {
        return lateDeliveries;
    }

    /** How long acknowledgements took from when their messages were due, in nanoseconds. */
    Recorder answers() {
        return answers;
    }

    /** Times from a point to now; a clock that differs between cores makes none negative. */
    static void record(Recorder recorder, long fromNanos) {
        recorder.recordValue(Math.max(0, System.nanoTime() - fromNanos));
    }
}
