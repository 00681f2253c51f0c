package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Messages in fragments of one byte, without an end. */
final class Fragments implements Attack {
    private static final int ATTACKERS = 4;
    private static final double PER_SECOND_EACH = 10;
    private static final int FRAGMENTS = 4_000;

    @Override
    public String name() {
        return "fragments";
    }

    @Override
    public String what() {
        return "40 WebSockets/s, each sends a message in 4,000 fragments of a byte";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        byte[] fragments = fragments();
        assault.repeat(ATTACKERS, PER_SECOND_EACH, connection -> send(connection, fragments));
    }

    private static byte[] fragments() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(Frames.frame(Frames.TEXT_BEGINS, "x"));
        byte[] more = Frames.frame(Frames.TEXT_GOES_ON, "x");
        for (int i = 1; i < FRAGMENTS; i++) {
            all.writeBytes(more);
        }
        return all.toByteArray();
    }

    private static String send(Hostile connection, byte[] fragments) throws IOException {
        connection.upgrade();
        connection.sendWhatIsTaken(fragments);
        return connection.closing();
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long all = aftermath.outcomes().ofAll(what -> true);
        return List.of(
                aftermath.seen("each is closed", all, "close 1002", Hostile.ENDED),
                aftermath.counted("faults", "bad_fragment", all));
    }
}
