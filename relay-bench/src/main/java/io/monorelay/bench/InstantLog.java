package io.monorelay.bench;

import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.store.CommitMark;
import io.monorelay.store.Durability;

/**
 * A log that is read as its messages are published, on the thread that does, and a mark which says then that they are
 * durable. So benchmarks of what comes before the store do without one.
 */
public final class InstantLog {
    private static final int SLOTS = 16_384;
    private static final long MAX_BYTES = 64L << 20;

    private final MessageLog messages = new MessageLog(SLOTS, MAX_BYTES);
    private final CommitMark mark = new CommitMark(Durability.MEMORY, 0);
    private final LogReader reader = messages.addReader(Runnable::run, this::onMessages);

    public MessageLog messages() {
        return messages;
    }

    public CommitMark mark() {
        return mark;
    }

    private void onMessages() {
        do {
            reader.read(message -> true);
            mark.advanceTo(reader.position());
        } while (!reader.park());
    }
}
