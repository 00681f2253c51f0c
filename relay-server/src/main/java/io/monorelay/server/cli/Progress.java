package io.monorelay.server.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** A line on a terminal that says how far a long command has come; nothing where there is no terminal. */
final class Progress {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final PrintWriter err;
    private final boolean shown;
    private final String total;
    private long count;
    private long lastShown = System.nanoTime();
    private int width;

    /** @param total of the messages, in words */
    Progress(PrintWriter err, String total) {
        this.err = err;
        this.shown = OutputOptions.isTerminal();
        this.total = total;
    }

    /** So many more messages are done. */
    void add(long messages) {
        count += messages;
        long now = System.nanoTime();
        if (shown && now - lastShown >= EVERY_NANOS) {
            lastShown = now;
            String line = StoreInfoCommand.grouped(count) + total;
            width = line.length();
            err.print('\r' + line);
            err.flush();
        }
    }

    /** How many messages are done. */
    long count() {
        return count;
    }

    /** Takes the line away again. */
    void end() {
        if (width > 0) {
            err.print('\r' + " ".repeat(width) + '\r');
            err.flush();
        }
    }
}
