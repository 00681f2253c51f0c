package io.monorelay.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        Duration cpu = ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow(() -> new RunException("process " + pid + " has ended, or cannot be watched"));
        Path directory = Path.of("/proc", Long.toString(pid));
        try {
            long resident = status(directory, "VmRSS:").orElse(0) * KIB;
            int threads = (int) status(directory, "Threads:").orElse(0);
            return new ProcessUsage(cpu, resident, threads, descriptors(directory));
        } catch (IOException gone) {
            throw new RunException("process " + pid + " has ended, or cannot be watched", gone);
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
