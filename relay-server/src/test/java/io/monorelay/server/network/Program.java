package io.monorelay.server.network;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/** A program of the system, which is there on some machines. */
public final class Program {
    private static final int PATIENCE_SECONDS = 30;

    private Program() {}

    /** Runs it; returns its exit code, or -1 where there is no such program, or it does not end in time. */
    public static int run(String... command) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
        } catch (IOException noSuchProgram) {
            return -1;
        }
        if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        process.destroyForcibly();
        return -1;
    }
}
