package io.monorelay.bench.store;

import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.Goal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a relay takes to come up on a store, from the command to the line that says where it listens, and how long its
 * first pages take, one after the other.
 */
final class Starts {
    private static final Goal PAGE_MILLIS = new Goal.AtMost(50);

    private final Subject subject;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> firstPage = new ArrayList<>();
    private final List<Double> middlePage = new ArrayList<>();
    private final List<Double> lastPage = new ArrayList<>();

    private Starts(Subject subject) {
        this.subject = subject;
    }

    /**
     * Starts a relay so many times, one after the other.
     *
     * @param options of the relay
     */
    static Starts of(Subject subject, int times, Stored stored, String... options)
            throws IOException, InterruptedException, RunException {
        Starts starts = new Starts(subject);
        for (int i = 0; i < times; i++) {
            starts.start(stored, options);
        }
        return starts;
    }

    Figure untilListening(String part) {
        return new Figure(part, "until it listens, s", "%.2f", seconds, new Goal.None());
    }

    List<Figure> pages(String part) {
        return List.of(
                new Figure(part, "after=0, the first request of all, ms", "%.1f", firstPage, PAGE_MILLIS),
                new Figure(part, "in the middle, ms", "%.1f", middlePage, PAGE_MILLIS),
                new Figure(part, "the last one, ms", "%.1f", lastPage, PAGE_MILLIS));
    }

    private void start(Stored stored, String... options) throws IOException, InterruptedException, RunException {
        subject.dropFileCache();
        long start = System.nanoTime();
        try (Server relay = subject.serve(options)) {
            seconds.add((System.nanoTime() - start) / 1e9);
            Requests requests = new Requests(relay.port());
            firstPage.add(requests.millisForPage(0));
            middlePage.add(requests.millisForPage(stored.middle()));
            lastPage.add(requests.millisForPage(stored.last() - Stored.PAGE));
        }
    }
}
