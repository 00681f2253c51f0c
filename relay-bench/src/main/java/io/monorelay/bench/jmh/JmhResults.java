package io.monorelay.bench.jmh;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What JMH has written, each benchmark once, in the order of their names. */
final class JmhResults {
    private final TreeMap<String, Measured> byKey = new TreeMap<>();

    /**
     * Those of a file, or of all files of a directory that {@code scripts/bench jmh} has written.
     *
     * @throws RunException when there are none, or one benchmark is there twice
     */
    static JmhResults read(Path place) throws IOException, RunException {
        JmhResults results = new JmhResults();
        for (Path file : filesOf(place)) {
            results.add(file);
        }
        if (results.byKey.isEmpty()) {
            throw new RunException(place + " has no results of JMH");
        }
        return results;
    }

    private static List<Path> filesOf(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(place, "jmh*.json")) {
            found.forEach(files::add);
        }
        return files.stream().sorted().toList();
    }

    private void add(Path file) throws IOException, RunException {
        try {
            JsonNode written = JsonMapper.shared().readTree(Files.readString(file));
            if (!written.isArray()) {
                throw new RunException(file + ": expected an array of results, as JMH writes it");
            }
            for (JsonNode result : written) {
                add(Measured.of(result), file);
            }
        } catch (JacksonException malformed) {
            throw new RunException(file + ": " + malformed.getOriginalMessage(), malformed);
        }
    }

    private void add(Measured measured, Path file) throws RunException {
        if (byKey.put(measured.key(), measured) != null) {
            throw new RunException(file + ": " + measured.name() + " is there twice; name one file of the directory");
        }
    }

    /** From what JMH has just written. */
    static JmhResults of(JsonNode written) {
        JmhResults results = new JmhResults();
        for (JsonNode result : written) {
            Measured measured = Measured.of(result);
            results.byKey.put(measured.key(), measured);
        }
        return results;
    }

    Collection<Measured> all() {
        return byKey.values();
    }

    @Nullable
    Measured counterpartOf(Measured other) {
        return byKey.get(other.key());
    }
}
