package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.List;

/** Nodes that want everything from the beginning, again and again, some of whom do not read it. */
final class Replays implements Attack {
    private static final int STORED = 1_500;
    private static final int DATA_BYTES = 1_000;
    private static final int READERS = 4;
    private static final double READINGS_PER_SECOND = 2;
    private static final int DEAF = 12;
    private static final int DEAF_BUFFER_BYTES = 4 * 1024;
    private static final double DEAF_PER_SECOND = 1;
    private static final int AT_A_TIME = 100;
    private static final String READ = "read to the end";

    @Override
    public String name() {
        return "replays";
    }

    @Override
    public String what() {
        return "8 replays/s of at least 1,500 messages of 1 KB that are read, and 12/s that are not; one network";
    }

    @Override
    public void prepare(Assault assault) throws IOException {
        Forgeries messages = new Forgeries();
        String filler = "x".repeat(DATA_BYTES);
        Hostile connection = assault.dial(0).upgrade();
        for (int i = 0; i < STORED; i += AT_A_TIME) {
            for (int j = i; j < i + AT_A_TIME; j++) {
                connection.send(Frames.frame(Frames.TEXT, messages.signed(j + filler)));
            }
            for (int j = i; j < i + AT_A_TIME; j++) {
                connection.frame();
            }
        }
        assault.drop(connection);
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        assault.sideBySide(READERS + DEAF, number -> {
            if (number < READERS) {
                readAll(assault, number);
            } else {
                readNothing(assault, number);
            }
        });
    }

    private static void readAll(Assault assault, int number) throws IOException {
        Doors doors = new Doors(assault.target().audience());
        Beat beat = assault.beat(READINGS_PER_SECOND);
        while (beat.next()) {
            Hostile connection = assault.dial(number);
            long end = doors.enter(connection, 0L);
            long position = 0;
            while (position < end && !assault.isOver()) {
                Hostile.Frame frame = connection.frame();
                if (frame.isClose()) {
                    throw new IOException(frame.text());
                }
                position = Math.max(position, positionOf(frame.payload()));
            }
            assault.outcomes().count(position >= end ? READ : "not read to the end in time");
            assault.drop(connection);
        }
    }

    /** What a delivery begins with; 0 for what is none. */
    private static long positionOf(byte[] text) {
        String begin = "{\"position\":";
        if (text.length < begin.length() || !new String(text, 0, begin.length(), US_ASCII).equals(begin)) {
            return 0;
        }
        long position = 0;
        for (int i = begin.length(); i < text.length && text[i] >= '0' && text[i] <= '9'; i++) {
            position = position * 10 + text[i] - '0';
        }
        return position;
    }

    private static void readNothing(Assault assault, int number) throws IOException {
        Doors doors = new Doors(assault.target().audience());
        Beat beat = assault.beat(DEAF_PER_SECOND);
        while (beat.next()) {
            // The one before stays open until the next has proven the same key.
            doors.enter(assault.dialDeaf(number, DEAF_BUFFER_BYTES), 0L);
            assault.outcomes().count("not read");
        }
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long seconds = aftermath.length().toSeconds();
        return List.of(
                aftermath.seen("those who read get everything", seconds, READ),
                aftermath.never("nobody is turned away", Hostile.ENDED),
                aftermath.counted("traffic", "replayed", STORED * seconds));
    }
}
