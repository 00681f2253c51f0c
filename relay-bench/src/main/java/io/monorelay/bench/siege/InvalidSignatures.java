package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** Messages that are well formed and that nobody has signed. */
final class InvalidSignatures implements Attack {
    private static final int ATTACKERS = 8;
    private static final double PER_SECOND_EACH = 400;
    private static final double DIALS_PER_SECOND = 2;

    @Override
    public String name() {
        return "invalid-signatures";
    }

    @Override
    public String what() {
        return "3,200 messages/s with wrong signatures over 8 WebSockets of one network, dialled again when they are closed";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        Forgeries forgeries = new Forgeries();
        assault.sideBySide(ATTACKERS, number -> {
            Beat dials = assault.beat(DIALS_PER_SECOND);
            while (dials.next()) {
                publish(assault, number, forgeries);
            }
        });
    }

    private static void publish(Assault assault, int number, Forgeries forgeries) {
        List<Future<?>> readers = new ArrayList<>();
        try {
            Hostile connection = assault.dial(number).upgrade();
            readers.add(assault.aside(number, unused -> connection.countFrames(assault.outcomes())));
            Beat beat = assault.beat(PER_SECOND_EACH);
            while (beat.next() && !readers.getFirst().isDone()) {
                connection.send(Frames.frame(Frames.TEXT, forgeries.next()));
                assault.outcomes().count("sent");
            }
            assault.drop(connection);
        } catch (IOException closed) {
            assault.outcomes().count("sending ended");
        }
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return List.of(
                aftermath.counted("faults", "bad_signature", 1),
                aftermath.counted("faults", "over_budget", 1),
                new Finding(
                        "none of them reaches an honest node",
                        aftermath.load().foreign() == 0,
                        aftermath.load().foreign() + " did"));
    }
}
