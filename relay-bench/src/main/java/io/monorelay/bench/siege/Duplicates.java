package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Future;

/** One valid message each, over and over. */
final class Duplicates implements Attack {
    private static final int ATTACKERS = 8;
    private static final double PER_SECOND_EACH = 500;
    private static final String SENT = "sent";

    @Override
    public String name() {
        return "duplicates";
    }

    @Override
    public String what() {
        return "4,000 messages/s over 8 WebSockets of one network, the same one on each";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        Forgeries messages = new Forgeries();
        assault.sideBySide(ATTACKERS, number -> publish(assault, number, messages.signed("duplicate " + number)));
    }

    private static void publish(Assault assault, int number, byte[] message) throws IOException, InterruptedException {
        Hostile connection = assault.dial(number).upgrade();
        Future<?> reader = assault.aside(number, unused -> connection.countFrames(assault.outcomes()));
        Beat beat = assault.beat(PER_SECOND_EACH);
        byte[] frame = Frames.frame(Frames.TEXT, message);
        while (beat.next() && !reader.isDone()) {
            connection.send(frame);
            assault.outcomes().count(SENT);
        }
        // What the last ones are answered is read too.
        connection.send(Frames.frame(Frames.CLOSE, new byte[] {3, (byte) 0xE8}));
        assault.await(List.of(reader));
        assault.drop(connection);
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long sent = aftermath.outcomes().of(SENT);
        long expected = (long) ATTACKERS * aftermath.nodes();
        long got = aftermath.load().foreign();
        return List.of(
                new Finding(
                        "every honest node gets each of them once",
                        got == expected,
                        got + " deliveries, expected " + expected),
                aftermath.counted("messages", "duplicate", sent - ATTACKERS),
                aftermath.seen("each is closed in good order", ATTACKERS, "close 1000"));
    }
}
