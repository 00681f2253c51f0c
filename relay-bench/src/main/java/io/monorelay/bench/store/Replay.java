package io.monorelay.bench.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.Goal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How fast one peer that has nothing gets everything that is stored, over one link that counts and does not verify. */
final class Replay {
    private static final Goal DELIVERIES = new Goal.AtLeast(200_000);
    private static final byte[] START = {'{', '"', 'p', 'o', 's', 'i', 't', 'i', 'o', 'n', '"', ':'};

    private final Stored stored;
    private long next;

    private Replay(Stored stored) {
        this.stored = stored;
        next = stored.first();
    }

    static List<Figure> run(String part, Server relay, Stored stored) throws IOException, RunException {
        try (BareLink link = BareLink.open(relay.port(), stored.first() - 1)) {
            Replay replay = new Replay(stored);
            Duration cpu = relay.cpu();
            long start = System.nanoTime();
            link.read(replay::onText);
            long took = System.nanoTime() - start;
            Duration cpuAfter = relay.cpu();
            double messages = stored.messages();
            return List.of(
                    Figure.of(part, "messages/s", "%,.0f", messages * 1e9 / took)
                            .withGoal(DELIVERIES),
                    Figure.of(
                            part,
                            "CPU of the relay, µs a message",
                            "%.2f",
                            cpuAfter.minus(cpu).toNanos() / 1e3 / messages));
        }
    }

    /** Every position has to come once, in order, and nothing else. */
    private boolean onText(byte[] buffer, int offset, int length) throws RunException {
        long position = positionOf(buffer, offset, length);
        if (position != next) {
            throw new RunException("replay: expected position " + next + ", got "
                    + new String(buffer, offset, Math.min(length, 200), UTF_8));
        }
        next++;
        return position != stored.last();
    }

    /** The position of a delivery, or -1 if it is something else. */
    private static long positionOf(byte[] buffer, int offset, int length) {
        for (int i = 0; i < START.length; i++) {
            if (i == length || buffer[offset + i] != START[i]) {
                return -1;
            }
        }
        long position = 0;
        for (int at = offset + START.length; at < offset + length && buffer[at] != ','; at++) {
            position = position * 10 + buffer[at] - '0';
        }
        return position;
    }
}
