package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** Nodes that take part and never read, while somebody publishes what is large. */
final class DeafReaders implements Attack {
    private static final int DEAF = 100;
    private static final int DEAF_BUFFER_BYTES = 4 * 1024;
    private static final int DATA_BYTES = 16 * 1024;
    private static final double PER_SECOND = 40;
    private static final String SENT = "large message";

    @Override
    public String name() {
        return "deaf-readers";
    }

    @Override
    public String what() {
        return "100 WebSockets that never read, while 40 messages/s of 16 KB are published";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < DEAF; i++) {
            all.add(assault.aside(i, number -> {
                assault.dialDeaf(number, DEAF_BUFFER_BYTES).upgrade();
                assault.outcomes().count("deaf");
            }));
        }
        assault.await(all);
        assault.sideBySide(1, number -> publish(assault, number));
    }

    private static void publish(Assault assault, int number) throws IOException, InterruptedException {
        Forgeries messages = new Forgeries();
        String filler = "x".repeat(DATA_BYTES);
        Hostile connection = assault.dial(number).upgrade();
        Future<?> reader = assault.aside(number, unused -> connection.countFrames(assault.outcomes()));
        Beat beat = assault.beat(PER_SECOND);
        while (beat.next() && !reader.isDone()) {
            String data = assault.outcomes().of(SENT) + filler;
            connection.send(Frames.frame(Frames.TEXT, messages.signed(data)));
            assault.outcomes().count(SENT);
        }
        connection.send(Frames.frame(Frames.CLOSE, new byte[] {3, (byte) 0xE8}));
        assault.await(List.of(reader));
        assault.drop(connection);
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long expected = aftermath.outcomes().of(SENT) * aftermath.nodes();
        long got = aftermath.load().foreign();
        return List.of(
                aftermath.seen("all of them are there", DEAF, "deaf"),
                new Finding(
                        "honest nodes get every large message",
                        got == expected && got > 0,
                        got + " deliveries, expected " + expected));
    }
}
