package io.monorelay.bench.profile;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** async-profiler inside of another JVM of the same user, on Linux. Used by one thread, which may block. */
public final class Profiler {
    /** Every stack that had a core for that long is looked at, those of the kernel where the system lets us. */
    private static final String INTERVAL = "1ms";

    private final long pid;
    private final Path library;

    /**
     * Looks at nothing yet.
     *
     * @param library where the profiler's native library is put, which the JVM goes on using
     */
    public Profiler(long pid, Path library) throws IOException, RunException {
        this.pid = pid;
        this.library = library;
        String name = "/" + directory() + "/libasyncProfiler.so";
        try (InputStream in = Profiler.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new RunException("there is no async-profiler for this system: " + name);
            }
            Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String directory() {
        String architecture = System.getProperty("os.arch", "unknown");
        return switch (architecture) {
            case "amd64" -> "linux-x64";
            case "aarch64" -> "linux-arm64";
            default -> "linux-" + architecture;
        };
    }

    /** Looks from now on. */
    public void start() throws IOException, RunException {
        tell("start,event=cpu,interval=" + INTERVAL + ",threads,cstack=vm");
    }

    /** Looks no more. */
    public void stop() throws IOException, RunException {
        tell("stop");
    }

    /**
     * Writes what was seen until it was stopped.
     *
     * @param collapsed gets a line for each stack, see {@link Profile#read}
     * @param flameGraph gets a page for a browser that needs nothing else
     */
    public void write(Path collapsed, Path flameGraph, String title) throws IOException, RunException {
        tell("dump,collapsed,threads,file=" + collapsed);
        tell("dump,flamegraph,threads,title=" + title + ",file=" + flameGraph);
    }

    private void tell(String command) throws IOException, RunException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                machine.loadAgentPath(library.toString(), command);
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
            throw new RunException("async-profiler does not run in process " + pid + ": " + command, e);
        }
    }
}
