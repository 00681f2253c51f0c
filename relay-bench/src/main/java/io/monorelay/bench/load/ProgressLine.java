package io.monorelay.bench.load;

import java.io.PrintWriter;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Shows how a run goes: on a terminal one line that changes every second, elsewhere a line now and then. */
public final class ProgressLine implements Observer {
    private static final int SECONDS_A_LINE = 10;
    private static final double BYTES_A_MB = 1e6;

    private final PrintWriter out;
    private final boolean terminal;
    private int seconds;

    public ProgressLine(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void onMoment(Moment moment, Histogram deliveries) {
        seconds++;
        if (terminal) {
            // To the beginning of the line, and what is left of the one before is erased.
            out.print("\r" + text(moment) + "\u001b[K");
        } else if (seconds % SECONDS_A_LINE == 0) {
            out.println(text(moment));
        }
        out.flush();
    }

    private static String text(Moment moment) {
        String line = String.format(
                Locale.ROOT,
                "%4.0f s  %,.0f/s out, %,.0f/s in  p50 %.1f ms, p99 %.1f ms  %,d to come  %d troubles",
                moment.seconds(),
                moment.published(),
                moment.delivered(),
                moment.p50Millis(),
                moment.p99Millis(),
                moment.missing(),
                moment.troubles());
        if (moment.serverBytes() == 0) {
            return line;
        }
        return line
                + String.format(
                        Locale.ROOT,
                        "  relay %.2f cores, %.0f MB",
                        moment.serverCores(),
                        moment.serverBytes() / BYTES_A_MB);
    }

    /** Leaves the line as it is and goes on below. */
    public void end() {
        if (terminal) {
            out.println();
            out.flush();
        }
    }
}
