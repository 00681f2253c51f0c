package io.monorelay.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a process has and had, as Linux says it. On other systems everything but the time is zero.
 *
 * @param cpu time on all cores so far
 * @param residentBytes of memory
 * @param descriptors open files and sockets, of a process of the same user
 */
public record ProcessUsage(Duration cpu, long residentBytes, int threads, int descriptors) {
    private static final int KIB = 1024;

    /** As it is now. */
    public static ProcessUsage of(long pid) throws RunException {
        return find(pid).orElseThrow(() -> new RunException("process " + pid + " has ended, or cannot be watched"));
    }

    /** As it is now; empty when it has ended, or cannot be watched. */
    public static Optional<ProcessUsage> find(long pid) {
        Path directory = Path.of("/proc", Long.toString(pid));
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .flatMap(cpu -> find(cpu, directory));
    }

    private static Optional<ProcessUsage> find(Duration cpu, Path directory) {
        try {
            long resident = status(directory, "VmRSS:").orElse(0) * KIB;
            int threads = (int) status(directory, "Threads:").orElse(0);
            return Optional.of(new ProcessUsage(cpu, resident, threads, descriptors(directory)));
        } catch (IOException | UncheckedIOException gone) {
            return Optional.empty();
        }
    }

    private static OptionalLong status(Path directory, String name) throws IOException {
        Path file = directory.resolve("status");
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        }
    }

    private static int descriptors(Path directory) throws IOException {
        Path open = directory.resolve("fd");
        if (!Files.isReadable(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return Math.toIntExact(files.count());
        }
    }
}
