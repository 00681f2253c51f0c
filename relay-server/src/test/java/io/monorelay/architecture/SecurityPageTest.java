package io.monorelay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What SECURITY.md says is shown by a test, is. */
final class SecurityPageTest {
    private static final Path ROOT = root();
    private static final Pattern CITED = Pattern.compile("`([A-Za-z0-9]+Test)?(?:#([A-Za-z0-9]+))?`");

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("SECURITY.md"))) {
            directory = directory.getParent();
        }
        assertThat(directory).as("a directory above this one with SECURITY.md").isNotNull();
        return directory;
    }

    @Test
    void everyTestThatItCitesIsThere() throws IOException {
        Map<String, Path> classes = testClasses();
        List<String> missing = new ArrayList<>();
        int cited = 0;
        String of = "";
        for (String line : Files.readAllLines(ROOT.resolve("SECURITY.md"))) {

            Matcher citation = CITED.matcher(line);
            while (citation.find()) {
                String named = citation.group(1);
                String method = citation.group(2);
                if (named == null && method == null) {
                    continue;
                }
                cited++;
                of = named == null ? of : named;
                if (!classes.containsKey(of) || (method != null && !hasTest(classes.get(of), method))) {
                    missing.add(citation.group());
                }
            }
        }
        assertThat(cited).isGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    private static Map<String, Path> testClasses() throws IOException {
        Map<String, Path> classes = new HashMap<>();
        for (String module : List.of("relay-core", "relay-server", "relay-bench")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith("Test.java"))
                        .forEach(file -> classes.put(nameOf(file), file));
            }
        }
        return classes;
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static boolean hasTest(Path file, String method) {
        try {
            return Pattern.compile("@(Test|ParameterizedTest|FuzzTest)\\b(?s:.{0,3000}?) void " + method + "\\(")
                    .matcher(Files.readString(file))
                    .find();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
