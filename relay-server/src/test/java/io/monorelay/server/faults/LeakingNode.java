package io.monorelay.server.faults;

import io.monorelay.server.cli.Main;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A node in which something takes all of the heap once its standard input ends, as a leak would. */
final class LeakingNode {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final List<byte[]> LEAK = new ArrayList<>();

    private LeakingNode() {}

    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon().name("leak").start(LeakingNode::leak);
        Main.main(arguments);
    }

    /** Whoever is refused memory here goes on, as a thread of the relay may. */
    private static void leak() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
            while (true) {
                LEAK.add(new byte[CHUNK_BYTES]);
            }
        } catch (IOException | OutOfMemoryError refused) {
            LEAK.add(new byte[0]);
        }
    }
}
