package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.List;

/** Small frames that are large once they are inflated. */
final class CompressedBomb implements Attack {
    private static final int ATTACKERS = 4;
    private static final double PER_SECOND_EACH = 10;
    private static final int INFLATED_BYTES = 32 << 20;
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

    @Override
    public String name() {
        return "compressed-bomb";
    }

    @Override
    public String what() {
        return "40 WebSockets/s with permessage-deflate, each sends 32 KB that are 32 MiB when they are inflated";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        byte[] bomb = Frames.compressedLetters(INFLATED_BYTES);
        assault.repeat(ATTACKERS, PER_SECOND_EACH, connection -> drop(connection, bomb));
    }

    private static String drop(Hostile connection, byte[] bomb) throws IOException {
        connection.upgrade(OFFER);
        connection.sendWhatIsTaken(bomb);
        return connection.closing();
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long all = aftermath.outcomes().ofAll(what -> true);
        return List.of(
                aftermath.seen("each is closed", all, "close 1009", Hostile.ENDED),
                aftermath.seen("most learn why", all / 2, "close 1009"),
                aftermath.counted("closes", "message_too_big", all));
    }
}
