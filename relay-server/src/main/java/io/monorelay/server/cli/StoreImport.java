package io.monorelay.server.cli;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the lines of an export into a store: with their own positions, or with new ones behind all others. */
final class StoreImport {
    /** A line that cannot be taken; those before it have been. */
    static final class WrongLineException extends Exception {
        private static final long serialVersionUID = 1L;

        WrongLineException(long line, String why) {
            super("line " + line + ": " + why);
        }
    }

    private static final int LINES_AT_A_TIME = 512;
    private static final long POSITIONS_AT_A_TIME = 1_000_000;

    private final JdbcStore store;
    private final RowCheck check;
    private final boolean append;
    private final Progress progress;

    private final List<String> lines = new ArrayList<>();
    private final List<StoredMessage> messages = new ArrayList<>();
    private final Map<NodeKey, Long> remembered = new HashMap<>();
    private long linesDone;
    private long lastPosition;
    private long reservedThrough;
    private long duplicates;
    private boolean started;

    /** @param append whether the messages get new positions */
    StoreImport(JdbcStore store, RowCheck check, boolean append, Progress progress) throws StoreException {
        this.store = store;
        this.check = check;
        this.append = append;
        this.progress = progress;
        reservedThrough = store.reservedThrough();
        lastPosition = append ? reservedThrough : 0;
    }

    void add(String line) throws StoreException, WrongLineException {
        lines.add(line);
        if (lines.size() == LINES_AT_A_TIME) {
            flush();
        }
    }

    /** Stores what was added. */
    void flush() throws StoreException, WrongLineException {
        // The signatures are what takes long, and each can be checked by itself.
        List<ImportedLine> read =
                lines.parallelStream().map(line -> ImportedLine.of(line, check)).toList();
        lines.clear();
        try {
            for (ImportedLine line : read) {
                linesDone++;
                take(line);
            }
        } finally {
            storeMessages();
        }
        store.rememberPositions(remembered);
        remembered.clear();
    }

    /** How many messages the store had before. */
    long duplicates() {
        return duplicates;
    }

    private void take(ImportedLine line) throws StoreException, WrongLineException {
        switch (line) {
            case ImportedLine.Start start -> start(start);
            case ImportedLine.Message message -> message(message.message());
            case ImportedLine.Remembered node -> remember(node);
            case ImportedLine.Wrong wrong -> throw wrong(wrong.why());
        }
    }

    private WrongLineException wrong(String why) {
        return new WrongLineException(linesDone, why);
    }

    private void start(ImportedLine.Start start) throws StoreException, WrongLineException {
        if (started) {
            throw wrong("expected the positions of the exported store in the first line only");
        }
        started = true;
        if (!append) {
            store.continueFrom(start.reservedThrough(), start.removedThrough());
            reservedThrough = Math.max(reservedThrough, start.reservedThrough());
        }
    }

    private void message(StoredMessage message) throws StoreException, WrongLineException {
        if (append) {
            lastPosition++;
            messages.add(at(lastPosition, InstantSource.system().millis(), message));
            return;
        }
        if (message.position() <= lastPosition) {
            throw wrong("position " + message.position() + " after " + lastPosition + ", expected a higher one");
        }
        if (!started) {
            // Nothing is known of the positions before the first.
            started = true;
            store.continueFrom(message.position() - 1, message.position() - 1);
        }
        lastPosition = message.position();
        messages.add(message);
    }

    private static StoredMessage at(long position, long acceptedAtMillis, StoredMessage message) {
        return new StoredMessage(
                position,
                message.id(),
                message.sender(),
                message.receiver(),
                message.form(),
                acceptedAtMillis,
                message.sentAtEpochSecond(),
                message.members());
    }

    /** The positions of another store mean nothing here, unless they were kept. */
    private void remember(ImportedLine.Remembered node) {
        if (!append) {
            remembered.put(node.node(), node.position());
        }
    }

    private void storeMessages() throws StoreException {
        if (messages.isEmpty()) {
            return;
        }
        if (lastPosition > reservedThrough) {
            reservedThrough = append ? lastPosition + POSITIONS_AT_A_TIME : lastPosition;
            store.reserve(reservedThrough);
        }
        duplicates += store.restore(messages).size();
        progress.add(messages.size());
        messages.clear();
    }
}
