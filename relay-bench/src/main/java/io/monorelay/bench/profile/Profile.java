package io.monorelay.bench.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How a program's CPU time was spread over the layers.
 *
 * @param samples how often each was found at work; those that were never are not in it
 */
public record Profile(Map<Layer, Long> samples) {
    public Profile {
        samples = Collections.unmodifiableMap(new EnumMap<>(samples));
    }

    /** From lines of a stack and how often it was found, as async-profiler writes them in its format "collapsed". */
    public static Profile read(Path collapsed) throws IOException {
        return of(Files.readAllLines(collapsed));
    }

    static Profile of(List<String> lines) {
        Map<Layer, Long> samples = new EnumMap<>(Layer.class);
        for (String line : lines) {
            int space = line.lastIndexOf(' ');
            samples.merge(Layer.of(line.substring(0, space)), Long.valueOf(line.substring(space + 1)), Long::sum);
        }
        return new Profile(samples);
    }

    public long total() {
        return samples.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What part of the time it had, 0 to 1. */
    public double share(Layer layer) {
        long total = total();
        return total == 0 ? 0 : (double) samples.getOrDefault(layer, 0L) / total;
    }
}
