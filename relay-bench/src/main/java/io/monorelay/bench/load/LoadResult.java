package io.monorelay.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What came of a run.
 *
 * @param measured the part that counts; events and losses are those of the whole run
 * @param expected deliveries of all acknowledged messages to all nodes but their publishers
 * @param lost how many of them did not come
 * @param unanswered messages that the relay neither acknowledged nor refused
 * @param unsent messages that were due, and could not be sent
 * @param relayEnded whether the relay's process ended before everything had come
 */
public record LoadResult(
        LoadPlan plan,
        Stretch measured,
        Timings timings,
        Map<Event, Long> events,
        long expected,
        long lost,
        long unanswered,
        long unsent,
        boolean relayEnded,
        List<Moment> moments) {
    private static final double FULLY_BUSY = 0.9;
    private static final long LATE_NANOS = 2_000_000;
    private static final double LATE_SHARE = 0.5;

    /** For people. */
    public String text() {
        return new LoadReport(this).text();
    }

    long count(Event event) {
        return events.getOrDefault(event, 0L);
    }

    /** A message without an answer may have come in the place of one that did not, for all that can be known. */
    String lostText() {
        return String.format(Locale.ROOT, unanswered > 0 ? "at least %,d" : "%,d", lost);
    }

    /** How often nodes got a message that is not of this run. */
    public long foreign() {
        return count(Event.FOREIGN);
    }

    /** What went wrong on the way of messages; empty when all is well. */
    public List<String> failures() {
        Map<Event, Long> troubles = new EnumMap<>(Event.class);
        Watch.TROUBLES.stream().filter(event -> count(event) > 0).forEach(event -> troubles.put(event, count(event)));
        List<String> failures = new ArrayList<>();
        if (relayEnded) {
            failures.add("the relay has ended");
        }
        if (lost > 0) {
            failures.add(lostText() + " lost");
        }
        troubles.forEach((event, count) ->
                failures.add(count + " " + event.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        if (unanswered > 0) {
            failures.add(unanswered + " unanswered");
        }
        if (unsent > 0) {
            failures.add(unsent + " never sent");
        }
        return failures;
    }

    /** Why the figures say more about this program than about the relay; empty when they do not. */
    public List<String> flaws() {
        List<String> flaws = new ArrayList<>();
        if (measured.busiestLoopCores() > FULLY_BUSY) {
            flaws.add("an event loop of the load tool was busy for "
                    + String.format(Locale.ROOT, "%.0f %%", measured.busiestLoopCores() * 100) + " of the time");
        }
        long lag = timings.lag().getValueAtPercentile(99);
        if (lag > LATE_NANOS && lag > LATE_SHARE * p99(timings.deliveries())) {
            flaws.add("the load tool itself was late by "
                    + String.format(Locale.ROOT, "%.1f ms (p99), which is in the latencies", lag / 1e6));
        }
        if (count(Event.NOT_SIGNED_IN_TIME) > 0) {
            flaws.add("messages were not signed in time, " + count(Event.NOT_SIGNED_IN_TIME) + " times");
        }
        return flaws;
    }

    private static long p99(Histogram histogram) {
        return histogram.getValueAtPercentile(99);
    }
}
