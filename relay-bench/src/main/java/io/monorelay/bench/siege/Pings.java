package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Future;

/** Pings as many as one can send, whose answers some do not read. */
final class Pings implements Attack {
    private static final int READERS = 4;
    private static final int DEAF = 4;
    private static final int DEAF_BUFFER_BYTES = 4 * 1024;
    private static final int PAYLOAD_BYTES = 125;
    private static final int AT_ONCE = 40;
    private static final double PER_SECOND = 100;
    private static final String SENT = "sent by who reads";

    @Override
    public String name() {
        return "pings";
    }

    @Override
    public String what() {
        return "32,000 pings/s of 125 bytes over 8 WebSockets, 4 of which read no answer";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        byte[] pings = pings();
        assault.sideBySide(READERS + DEAF, number -> {
            if (number < READERS) {
                pingAndRead(assault, number, pings);
            } else {
                pingOnly(assault, number, pings);
            }
        });
    }

    private static byte[] pings() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < AT_ONCE; i++) {
            all.writeBytes(Frames.frame(Frames.PING, "p".repeat(PAYLOAD_BYTES)));
        }
        return all.toByteArray();
    }

    private static void pingAndRead(Assault assault, int number, byte[] pings)
            throws IOException, InterruptedException {
        Hostile connection = assault.dial(number).upgrade();
        Future<?> reader = assault.aside(number, unused -> connection.countFrames(assault.outcomes()));
        Beat beat = assault.beat(PER_SECOND);
        while (beat.next() && !reader.isDone()) {
            connection.send(pings);
            assault.outcomes().count(SENT, AT_ONCE);
        }
        connection.send(Frames.frame(Frames.CLOSE, new byte[] {3, (byte) 0xE8}));
        assault.await(List.of(reader));
        assault.drop(connection);
    }

    /** Blocks as soon as the relay reads no more. */
    private static void pingOnly(Assault assault, int number, byte[] pings) throws IOException {
        Hostile connection = assault.dialDeaf(number, DEAF_BUFFER_BYTES).upgrade();
        Beat beat = assault.beat(PER_SECOND);
        while (beat.next()) {
            connection.send(pings);
            assault.outcomes().count("sent by who does not", AT_ONCE);
        }
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return List.of(
                aftermath.seen(
                        "each is answered to who reads", aftermath.outcomes().of(SENT), "pong"),
                aftermath.seen("who reads is closed in good order", READERS, "close 1000"));
    }
}
