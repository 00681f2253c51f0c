package io.monorelay.bench.process;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** Where what was measured is written down: a directory for each day and machine. */
public final class Results {
    private final Path directory;

    private Results(Path directory) {
        this.directory = directory;
    }

    /**
     * The results of that day.
     *
     * @param machine its short name
     * @param passing whether the next build may delete them
     */
    public static Results of(Project project, LocalDate date, String machine, boolean passing) {
        Path results = passing ? project.passingResults() : project.results();
        return new Results(results.resolve(date + "-" + machine));
    }

    /** Writes a report for people and the same for programs, under that name, and shows it. */
    public void write(String name, String markdown, String json, PrintWriter out) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + ".md"), markdown);
        Files.writeString(directory.resolve(name + ".json"), json);
        out.println(markdown);
        out.println("Written to " + directory);
        out.flush();
    }

    /** Writes something beside it, such as a picture. */
    public void write(String file, byte[] content) throws IOException {
        Files.createDirectories(directory);
        Files.write(directory.resolve(file), content);
    }
}
