package io.monorelay.server.cli;

import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.StoreSummary;
import io.monorelay.server.store.StoredRow;
import io.monorelay.store.StoreException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Goes through a whole store: every message by itself, their order, and the sums. */
final class StoreCheck {
    /** Is told of what is wrong, in order of position. */
    interface Faults {
        void found(String what);
    }

    private static final int ROWS_AT_A_TIME = 512;

    private final JdbcStore store;
    private final RowCheck rows;
    private final Faults faults;
    private long last;
    private long bytes;

    StoreCheck(JdbcStore store, RowCheck rows, Faults faults) {
        this.store = store;
        this.rows = rows;
        this.faults = faults;
    }

    /** Returns how many messages there are. */
    long run(StoreSummary before, Progress progress) throws StoreException {
        last = Long.MIN_VALUE;
        List<StoredRow> page = store.rows(last, ROWS_AT_A_TIME);
        while (!page.isEmpty()) {
            check(page, before);
            progress.add(page.size());
            page = store.rows(last, ROWS_AT_A_TIME);
        }
        StoreSummary after = store.summary();
        // Otherwise a relay is at work on it, and there is no sum that would be right.
        if (after.equals(before) && bytes != after.bytes()) {
            faults.found("the messages occupy " + bytes + " bytes, but the store has counted " + after.bytes());
        }
        return progress.count();
    }

    private void check(List<StoredRow> page, StoreSummary store) {
        // The signatures are what takes long, and each can be checked by itself.
        List<String> wrong = IntStream.range(0, page.size())
                .parallel()
                .mapToObj(i -> described(page.get(i), rows.faultIn(page.get(i))))
                .toList();
        for (int i = 0; i < page.size(); i++) {
            String fault = wrong.get(i);
            if (!fault.isEmpty()) {
                faults.found(fault);
            }
            checkOrder(page.get(i).position(), store);
            bytes += page.get(i).occupied();
        }
    }

    private static String described(StoredRow row, @Nullable String fault) {
        return fault == null ? "" : "position " + row.position() + ": " + fault;
    }

    private void checkOrder(long position, StoreSummary store) {
        if (position <= last) {
            faults.found("position " + position + ": comes after " + last);
        }
        if (position <= store.removedThrough()) {
            faults.found("position " + position + ": all up to " + store.removedThrough() + " were removed");
        }
        if (position > store.reservedThrough() && position <= store.newestPosition()) {
            faults.found("position " + position + ": only those up to " + store.reservedThrough() + " were reserved");
        }
        last = position;
    }
}
