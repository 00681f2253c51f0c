package io.monorelay.server.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of the process is in RAM, as Linux says it (proc(5), {@code /proc/pid/status}). */
final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final int BYTES_PER_KB = 1024;

    private ResidentMemory() {}

    /** In bytes; not a number where the system does not say. */
    static double bytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(ResidentMemory::value)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException notLinux) {
            return Double.NaN;
        }
    }

    private static double value(String line) {
        String kilobytes = line.replaceAll("[^0-9]", "");
        return kilobytes.isEmpty() ? Double.NaN : (double) Long.parseLong(kilobytes) * BYTES_PER_KB;
    }
}
