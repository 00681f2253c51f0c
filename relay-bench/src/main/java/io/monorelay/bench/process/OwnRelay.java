package io.monorelay.bench.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A relay that is started for one run, with a data directory of its own. Used by one thread, which may block. */
public final class OwnRelay implements AutoCloseable {
    private final Scratch scratch;
    private final Server server;

    private OwnRelay(Scratch scratch, Server server) {
        this.scratch = scratch;
        this.server = server;
    }

    /** Starts one with the defaults, on a free port of loopback. */
    public static OwnRelay start(Project project) throws IOException, InterruptedException, RunException {
        Scratch scratch = new Scratch();
        String data = scratch.file("data").toString();
        List<String> command = List.of(project.relay(), "serve", "--listen", "127.0.0.1:0", "--data", data);
        return new OwnRelay(scratch, Server.thatSaysItsPort(command, scratch.file("relay.log")));
    }

    public URI address() {
        return URI.create("ws://127.0.0.1:" + server.port());
    }

    public long pid() {
        return server.pid();
    }

    /** What it logs; stays when something went wrong. */
    public Path log() {
        return scratch.file("relay.log");
    }

    /** Ends the relay; what it kept stays. */
    @Override
    public void close() {
        server.close();
    }

    /** Deletes what it kept. */
    public void delete() throws IOException {
        scratch.delete();
    }
}
