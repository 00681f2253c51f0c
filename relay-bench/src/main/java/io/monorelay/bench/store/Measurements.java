package io.monorelay.bench.store;

import io.monorelay.bench.process.Progress;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.Goal;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that is measured, in order, on one store that becomes fuller on the way. Used by one thread. */
final class Measurements {
    private final Subject subject;
    private final Scratch scratch;
    private final Plan plan;
    private final Progress progress;
    private final List<Figure> figures = new ArrayList<>();

    Measurements(Subject subject, Scratch scratch, Plan plan, Progress progress) {
        this.subject = subject;
        this.scratch = scratch;
        this.plan = plan;
        this.progress = progress;
    }

    List<Figure> run() throws IOException, InterruptedException, RunException, StoreException {
        Stored stored = fill();
        progress.say("starting a relay elsewhere, so that all is built and rehearsed");
        subject.rehearse(scratch.file("rehearsal"));
        start(stored);
        serve(stored);
        try (JdbcStore store = subject.open()) {
            add(GroupCommit.run("group commit into the full store", store, subject.config(), plan));
        }
        return List.copyOf(figures);
    }

    private Stored fill() throws StoreException, RunException {
        try (JdbcStore store = subject.open()) {
            if (store.newestPosition() != 0) {
                throw new RunException(store.location() + " has messages, expected an empty store");
            }
            add(GroupCommit.run(
                    "group commit into an empty store, fed by the log alone", store, subject.config(), plan));
            progress.say("filling the store");
            long first = store.reservedThrough() + 1;
            long start = System.nanoTime();
            long count = new Filling(store, System.currentTimeMillis()).add(plan.storedBytes());
            double perSecond = count * 1e9 / (System.nanoTime() - start);
            add(List.of(Figure.of("filling the store, 4,096 at a time", "messages/s", "%,.0f", perSecond)));
            return new Stored(first, first + count - 1);
        }
    }

    private void start(Stored stored) throws IOException, InterruptedException, RunException {
        String part = String.format(
                Locale.ROOT, "start on %,d messages of one day, %.1f GB", stored.messages(), plan.storedBytes() / 1e9);
        Starts starts = Starts.of(subject, plan.starts(), stored);
        add(List.of(starts.untilListening(part).withGoal(new Goal.AtMost(2))));
        add(starts.pages("first pages of GET /messages after that"));
        // Of a day's messages all are as recent as the time window then says, up to as many as are remembered.
        Starts withAllIds = Starts.of(subject, plan.starts(), stored, "--message.time-window=12h");
        add(List.of(withAllIds.untilListening("start with " + remembered(stored) + " ids to remember")));
    }

    private String remembered(Stored stored) {
        return String.format(
                Locale.ROOT,
                "%,d",
                Math.min(stored.messages(), subject.config().seen().maxIds()));
    }

    private void serve(Stored stored) throws IOException, InterruptedException, RunException {
        subject.dropFileCache();
        try (Server relay = subject.serve()) {
            add(Replay.run("replay of all to one peer, relay just started", relay, stored));
            add(Replay.run("the same once more", relay, stored));
            add(Acknowledgements.run("acknowledgement at 1,000 messages/s over one link", relay, plan));
        }
    }

    private void add(List<Figure> measured) {
        for (Figure figure : measured) {
            figures.add(figure);
            progress.say(figure.part() + ": " + figure.spread().text(figure.pattern()) + " " + figure.title());
        }
    }
}
