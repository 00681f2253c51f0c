package io.monorelay.bench.process;

import java.io.PrintWriter;

/** Tells people how far a measurement is, a line at a time. Used by one thread. */
public final class Progress {
    private final PrintWriter out;

    public Progress(PrintWriter out) {
        this.out = out;
    }

    public void say(String line) {
        out.println(line);
        out.flush();
    }
}
