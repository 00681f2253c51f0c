package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Requests whose head or body comes byte by byte, and never to its end. */
final class SlowLoris implements Attack {
    private static final int ATTACKERS = 150;
    private static final double BYTES_PER_SECOND = 4;

    @Override
    public String name() {
        return "slow-loris";
    }

    @Override
    public String what() {
        return "150 connections, heads and bodies that come with 4 bytes/s";
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
        Hostile connection = assault.dial(number);
        connection.send(
                number % 2 == 0
                        ? "GET / HTTP/1.1\r\nHost: relay\r\nX: "
                        : "POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: 5000\r\n\r\n");
        Beat beat = assault.beat(BYTES_PER_SECOND);
        while (beat.next() && !connection.hasMore()) {
            connection.send("x");
        }
        assault.outcomes().count(connection.hasMore() ? connection.answer().text() : "still there");
        assault.drop(connection);
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return List.of(
                aftermath.seen("each is timed out", ATTACKERS, "HTTP 408"),
                aftermath.counted("faults", "request_timeout", ATTACKERS));
    }
}
