package io.monorelay.bench.process;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
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
    private static OwnRelay start(Project project) throws IOException, InterruptedException, RunException {
        Scratch scratch = new Scratch();
        String data = scratch.file("data").toString();
        List<String> command = List.of(project.relay(), "serve", "--listen", "127.0.0.1:0", "--data", data);
        return new OwnRelay(scratch, Server.thatSaysItsPort(command, scratch.file("relay.log")));
    }

    /** Something that is done with a relay. */
    public interface Trial {
        /** Returns an exit code. */
        int with(OwnRelay relay) throws IOException, InterruptedException, RunException;
    }

    /**
     * Starts a relay, does something with it and ends it. What it kept is deleted when that went well, and otherwise stays,
     * with its log.
     */
    public static int during(Project project, PrintWriter err, Trial trial)
            throws IOException, InterruptedException, RunException {
        OwnRelay own = start(project);
        boolean good = false;
        try (own) {
            int exitCode = trial.with(own);
            good = exitCode == 0;
            return exitCode;
        } finally {
            if (good) {
                own.scratch.delete();
            } else {
                err.println("the relay's log is " + own.scratch.file("relay.log"));
            }
        }
    }

    public URI address() {
        return URI.create("ws://127.0.0.1:" + server.port());
    }

    public long pid() {
        return server.pid();
    }

    /** Ends the relay; what it kept stays. */
    @Override
    public void close() {
        server.close();
    }
}
