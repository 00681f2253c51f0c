package io.monorelay.bench.yardstick;

import io.monorelay.bench.process.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a result was measured on, without what would say whose machine it is. */
public record Machine(String processor, int cores, String architecture, String kernel, String jdk, String commit) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** This one. */
    public static Machine here(Project project) throws IOException, InterruptedException {
        return new Machine(
                readProcessor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch", "unknown"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.vendor") + " " + Runtime.version(),
                readCommit(project));
    }

    private static String readProcessor() throws IOException {
        if (!Files.isReadable(PROCESSORS)) {
            return "unknown";
        }
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }

    /** The commit, with a plus when the sources differ from it. */
    private static String readCommit(Project project) throws IOException, InterruptedException {
        String commit = git(project, "rev-parse", "--short", "HEAD");
        if (commit.isEmpty()) {
            return "none";
        }
        boolean changed =
                !git(project, "status", "--porcelain", "--untracked-files=no").isEmpty();
        return changed ? commit + "+" : commit;
    }

    private static String git(Project project, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of("git"), Stream.of(arguments)).toList();
        Process git = new ProcessBuilder(command)
                .directory(project.root().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() == 0 ? output.strip() : "";
    }

    /** A Markdown list of what it is. */
    public String markdown() {
        return "- machine: " + processor + ", " + cores + " cores, " + architecture + "\n"
                + "- kernel: " + kernel + "\n"
                + "- JDK: " + jdk + "\n"
                + "- commit: " + commit + "\n";
    }

    /** A short name for a directory: the processor and the architecture. */
    public String shortName() {
        String model = processor
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\((r|tm)\\)|@.*|\\b(cpu|processor|\\d+-core)\\b", " ")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return model + "-" + architecture.replace('_', '-');
    }
}
