package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.ChildProcess;
import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the contenders ready that are no part of the project; what they need is fetched into a cache of the user, once. Used
 * by one thread, which may block.
 */
final class Installation {
    private static final String DIRECTORY = "servers";
    private static final Duration MOST = Duration.ofMinutes(10);

    private final Project project;
    private final Scratch scratch;

    Installation(Project project, Scratch scratch) {
        this.project = project;
        this.scratch = scratch;
    }

    /** What starts it on the port that it is told, once it is installed. */
    static Path program(Scratch scratch, Contender contender) {
        return scratch.file(DIRECTORY).resolve(contender.id());
    }

    /** Installs those of them that are not there, as far as that is possible. */
    Lineup install(List<Contender> contenders, String commit) throws IOException, InterruptedException {
        List<Contender> ready = new ArrayList<>();
        Map<Contender, String> versions = new LinkedHashMap<>();
        Map<Contender, String> missing = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            try {
                versions.put(contender, contender.isForeign() ? install(contender) : "commit " + commit);
                ready.add(contender);
            } catch (RunException e) {
                missing.put(contender, String.valueOf(e.getMessage()));
            }
        }
        return new Lineup(ready, versions, missing);
    }

    /** Returns what it is, with its version. */
    private String install(Contender contender) throws IOException, InterruptedException, RunException {
        Path errors = scratch.file("install-" + contender.id() + ".log");
        List<String> command = List.of(
                project.comparison().resolve("install").toString(),
                contender.id(),
                scratch.file(DIRECTORY).toString());
        try (ChildProcess install = ChildProcess.start(command, errors)) {
            boolean installed = install.succeeds(MOST);
            if (!installed) {
                throw new RunException(lastLine(errors));
            }
            // It prints one line, for which there is room before anybody reads it.
            return new String(install.output().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private static String lastLine(Path errors) throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return lines.isEmpty() ? "it could not be installed" : lines.getLast();
    }
}
