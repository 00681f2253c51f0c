package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.ChildProcess;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A server to be measured. */
enum Contender {
    /** The least that a broadcast server can do; verifies nothing and stores nothing. */
    LIMIT {
        @Override
        Server start(Project project, Scratch scratch, int core) throws IOException, RunException {
            int port = Server.freePort();
            List<String> command = List.of(project.tool("limit"), Integer.toString(port), "batch");
            return Server.thatIsToldItsPort(ChildProcess.pinned(core, command), port, scratch.file("limit.log"));
        }
    },
    /** This relay, with its defaults. */
    RELAY {
        @Override
        Server start(Project project, Scratch scratch, int core)
                throws IOException, InterruptedException, RunException {
            String data = scratch.file("data-" + System.nanoTime()).toString();
            List<String> command = List.of(project.relay(), "serve", "--listen", "127.0.0.1:0", "--data", data);
            return Server.thatSaysItsPort(ChildProcess.pinned(core, command), scratch.file("relay.log"));
        }
    };

    /** Starts it on one core. */
    abstract Server start(Project project, Scratch scratch, int core)
            throws IOException, InterruptedException, RunException;

    /** Whether it takes a message twice, so that a short file is enough. */
    boolean takesRepeats() {
        return this == LIMIT;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
