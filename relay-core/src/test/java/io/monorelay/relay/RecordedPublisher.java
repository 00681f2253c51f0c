package io.monorelay.relay;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.store.CommitQueue;
import java.util.ArrayList;
import java.util.List;

/** A publisher that keeps what it is told. */
final class RecordedPublisher implements Publisher {
    final List<Long> appended = new ArrayList<>();
    final List<Receipt> receipts = new ArrayList<>();
    private final Origin origin;
    private final CommitQueue commits;

    RecordedPublisher(Origin origin, CommitQueue commits) {
        this.origin = origin;
        this.commits = commits;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public CommitQueue commits() {
        return commits;
    }

    @Override
    public void onAppended(FreshMessage message) {
        appended.add(message.position());
    }

    @Override
    public void onReceipt(Receipt receipt) {
        receipts.add(receipt);
    }

    /** The one receipt that there is by now. */
    Receipt only() {
        if (receipts.size() != 1) {
            throw new AssertionError("expected one receipt, got " + receipts);
        }
        return receipts.get(0);
    }
}
