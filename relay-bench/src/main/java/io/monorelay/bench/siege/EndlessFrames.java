package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Frames that are begun, and messages in fragments with pings between, that never come to their end. */
final class EndlessFrames implements Attack {
    private static final int ATTACKERS = 150;
    private static final double PER_SECOND = 4;
    private static final int ANNOUNCED_BYTES = 60_000;
    private static final int BEGUN_BYTES = 50_000;
    private static final String OVERDUE = "close 4100";

    @Override
    public String name() {
        return "endless-frames";
    }

    @Override
    public String what() {
        return "150 WebSockets, frames of 60 KB that come to 50 KB and then with 4 bytes/s, and fragments with pings between";
    }

    /** More than {@code timeouts.request}. */
    @Override
    public Duration least() {
        return Duration.ofSeconds(13);
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        assault.sideBySide(ATTACKERS, number -> dribble(assault, number));
    }

    private static void dribble(Assault assault, int number) throws IOException {
        Hostile connection = assault.dial(number).upgrade();
        boolean isFrame = number % 2 == 0;
        byte[] more;
        if (isFrame) {
            connection.send(Frames.header(Frames.TEXT, ANNOUNCED_BYTES));
            connection.send("x".repeat(BEGUN_BYTES));
            more = new byte[] {'x'};
        } else {
            connection.send(Frames.frame(Frames.TEXT_BEGINS, "x".repeat(BEGUN_BYTES)));
            more = Frames.frame(Frames.PING, "");
        }
        assault.meanwhile(number, unused -> {
            Beat beat = assault.beat(PER_SECOND);
            while (beat.next()) {
                connection.sendWhatIsTaken(more);
            }
        });
        String closing = connection.closing();
        while (closing.equals(Hostile.SILENT) && !assault.isOver()) {
            closing = connection.closing();
        }
        assault.outcomes().count(closing);
        assault.drop(connection);
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return List.of(
                aftermath.seen("each is closed", ATTACKERS, OVERDUE),
                aftermath.counted("faults", "message_timeout", ATTACKERS));
    }
}
