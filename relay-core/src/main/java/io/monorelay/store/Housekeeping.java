package io.monorelay.store;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Storage;
import java.util.concurrent.TimeUnit;

/**
 * What the writer of the store does between commits: retention, in small steps, and the positions of nodes. Once a
 * second it begins; when there is more to remove than one step does, it goes on as soon as no message waits, and with
 * every commit for as many messages as that has stored and some more, so that the store cannot outgrow its bounds
 * however busy it is.
 */
final class Housekeeping {
    /** How many messages are removed before the next commit has its turn. */
    static final int STEP_MESSAGES = 500;

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MessageStore store;
    private final MessageStore.Retention retention;
    private final PositionBook positions;
    private final Counters<Storage> counters;

    private long dueAt;
    private boolean trimming;
    private int toRemove;

    Housekeeping(
            MessageStore store,
            MessageStore.Retention retention,
            PositionBook positions,
            Counters<Storage> counters,
            long nowNanos) {
        this.store = store;
        this.retention = retention;
        this.positions = positions;
        this.counters = counters;
        this.dueAt = nowNanos;
    }

    void onStored(int messages) {
        if (trimming) {
            toRemove += messages + messages / 4;
        }
    }

    /** How long the writer may wait before its next turn here; 0 when there is more to do now. */
    long nanosToNext(long nowNanos) {
        return trimming ? 0 : Math.max(0, dueAt - nowNanos);
    }

    boolean isDue(long nowNanos, boolean idle) {
        return nowNanos - dueAt >= 0 || (trimming && mayTrim(idle));
    }

    /** Does the next step, if it is time. After a failure the next one is due in a second. */
    void run(long nowNanos, boolean idle) throws StoreException {
        boolean failed = true;
        try {
            if (nowNanos - dueAt >= 0) {
                dueAt = nowNanos + INTERVAL_NANOS;
                trimming = true;
                positions.flush(store);
            }
            trim(idle);
            failed = false;
        } finally {
            if (failed) {
                stopTrimming();
            }
        }
    }

    private void trim(boolean idle) throws StoreException {
        boolean mayStep = mayTrim(idle);
        while (trimming && mayStep) {
            int removed = store.trim(retention, STEP_MESSAGES);
            counters.add(Storage.REMOVED, removed);
            toRemove = Math.max(0, toRemove - STEP_MESSAGES);
            mayStep = toRemove >= STEP_MESSAGES;
            if (removed < STEP_MESSAGES) {
                stopTrimming();
            }
        }
    }

    private boolean mayTrim(boolean idle) {
        return idle || toRemove >= STEP_MESSAGES;
    }

    private void stopTrimming() {
        trimming = false;
        toRemove = 0;
    }
}
