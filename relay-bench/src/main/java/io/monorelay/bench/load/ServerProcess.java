package io.monorelay.bench.load;

import io.monorelay.bench.process.ProcessUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The process of the relay, where it is known. Not thread-safe. */
final class ServerProcess {
    private final OptionalLong pid;
    private ProcessUsage last = new ProcessUsage(Duration.ZERO, 0, 0, 0);
    private boolean ended;

    ServerProcess(OptionalLong pid) {
        this.pid = pid;
    }

    /** What it uses now, or used when it was last seen; nothing when it is not known. */
    ProcessUsage usage() {
        if (pid.isPresent()) {
            Optional<ProcessUsage> found = ProcessUsage.find(pid.getAsLong());
            ended = found.isEmpty();
            found.ifPresent(now -> last = now);
        }
        return last;
    }

    /** Whether it was gone when it was last looked for. */
    boolean hasEnded() {
        return ended;
    }
}
