package io.monorelay.bench.process;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A relay that is started for one run, with a data directory of its own. Used by one thread, which may block. */
public final class OwnRelay implements AutoCloseable {
    private static final int ANY_PORT = 0;

    private final Scratch scratch;
    private final Server server;

    private OwnRelay(Scratch scratch, Server server) {
        this.scratch = scratch;
        this.server = server;
    }

    private static OwnRelay start(Project project, int port, List<String> flags)
            throws IOException, InterruptedException, RunException {
        Scratch scratch = new Scratch();
        String data = scratch.file("data").toString();
        List<String> command =
                new ArrayList<>(List.of(project.relay(), "serve", "--listen", "127.0.0.1:" + port, "--data", data));
        command.addAll(flags);
        return new OwnRelay(scratch, Server.thatSaysItsPort(command, scratch.file("relay.log")));
    }

    /** Something that is done with a relay. */
    public interface Trial {
        /** Returns an exit code. */
        int with(OwnRelay relay) throws IOException, InterruptedException, RunException;
    }

    /** As with the port and settings of one's own, with the defaults and on a free port of loopback. */
    public static int during(Project project, PrintWriter err, Trial trial)
            throws IOException, InterruptedException, RunException {
        return during(project, ANY_PORT, List.of(), err, trial);
    }

    /**
     * Starts a relay, does something with it and ends it. What it kept is deleted when that went well, and otherwise stays,
     * with its log.
     *
     * @param port of loopback, 0 for a free one
     * @param flags settings, as on the command line
     */
    public static int during(Project project, int port, List<String> flags, PrintWriter err, Trial trial)
            throws IOException, InterruptedException, RunException {
        OwnRelay own = start(project, port, flags);
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
