package io.monorelay.bench.load;

import org.HdrHistogram.Recorder;

/** What one node gets. Belongs to the event loop of its node. */
final class Inbox {
    private final int node;
    private final Run run;
    private final Account account;
    private final Recorder latencies;
    private final Sightings sightings;
    private boolean cameBack;

    Inbox(int node, Run run, Account account) {
        this.node = node;
        this.run = run;
        this.account = account;
        latencies = run.plan().crowd().isSteady(node)
                ? run.tally().deliveries()
                : run.tally().lateDeliveries();
        sightings = new Sightings(run.plan().crowd().publishers());
    }

    /** From now on the node may get what it published before. */
    void onCameBack() {
        cameBack = true;
    }

    void onMessage(String data) {
        Label label = Label.of(data);
        if (label == null
                || label.run() != run.id()
                || label.publisher() < 0
                || label.publisher() >= run.plan().crowd().publishers()) {
            run.tally().on(Event.FOREIGN);
        } else if (label.publisher() == node && cameBack) {
            run.tally().on(Event.ECHOED);
        } else {
            onMessage(label);
        }
    }

    private void onMessage(Label label) {
        switch (sightings.see(label.publisher(), label.sequence())) {
            case REPEATED -> run.tally().on(Event.REPEATED);
            case OUT_OF_ORDER -> {
                run.tally().on(Event.OUT_OF_ORDER);
                onNew(label);
            }
            case IN_ORDER -> onNew(label);
        }
    }

    private void onNew(Label label) {
        account.onReceived();
        run.tally().on(Event.DELIVERED);
        long due = run.dueTimes().get(label.publisher(), label.sequence());
        if (due != DueTimes.FORGOTTEN) {
            Tally.record(latencies, due);
        }
    }
}
