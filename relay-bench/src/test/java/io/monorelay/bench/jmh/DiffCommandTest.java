package io.monorelay.bench.jmh;

import static io.monorelay.bench.jmh.WrittenResult.DELIVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.bench.process.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DiffCommandTest {
    private static final WrittenResult SLOWER = DELIVER.scored(80, 2);

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();

    private int diff(Path before, Path after, String... options) {
        CommandLine command = new CommandLine(new DiffCommand()).setOut(new PrintWriter(out, true));
        return command.execute(arguments(before, after, options));
    }

    private static String[] arguments(Path before, Path after, String... options) {
        String[] all = new String[options.length + 2];
        all[0] = before.toString();
        all[1] = after.toString();
        System.arraycopy(options, 0, all, 2, options.length);
        return all;
    }

    private Path file(String name, WrittenResult... results) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, WrittenResult.file(results));
    }

    @Test
    void endsWithOneWhenSomethingGotSlower() throws IOException {
        Path before = file("before.json", DELIVER);
        assertThat(diff(before, file("after.json", SLOWER))).isEqualTo(1);
        assertThat(out.toString()).startsWith("slower:\n");
    }

    @Test
    void endsWithZeroWhenAllIsAsBeforeOrFaster() throws IOException {
        Path before = file("before.json", SLOWER, DELIVER.named("join"));
        assertThat(diff(before, file("after.json", DELIVER, DELIVER.named("join"))))
                .isZero();
        assertThat(out.toString()).endsWith("\n1 faster, 1 as before\n");
    }

    @Test
    void toleranceIsWhatAChangeHasToExceed() throws IOException {
        Path before = file("before.json", DELIVER);
        assertThat(diff(before, file("after.json", SLOWER), "--tolerance", "30"))
                .isZero();
    }

    @Test
    void directoryIsReadAsAWholeAndWhatIsNotOfJmhLeftAside() throws IOException {
        Path before = file("before/jmh-deliver.json", DELIVER).getParent();
        file("before/jmh-join.json", DELIVER.named("join"));
        Files.writeString(before.resolve("store.json"), "{}");
        assertThat(diff(before, file("after.json", DELIVER, DELIVER.named("join"))))
                .isZero();
        assertThat(out.toString()).isEqualTo("2 as before\n");
    }

    @Test
    void benchmarkThatIsInADirectoryTwiceCannotBeCompared() throws IOException {
        Path twice = file("twice/jmh.json", DELIVER).getParent();
        file("twice/jmh-deliver.json", SLOWER);
        assertThatThrownBy(() -> JmhResults.read(twice))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("LoopFanout.deliver (format V2, peers 100) is there twice");
    }

    @Test
    void whatHasNoResultsSaysSo() throws IOException {
        Path other = Files.writeString(directory.resolve("store.json"), "{\"date\":\"2025-01-01\"}");
        Path broken = Files.writeString(directory.resolve("broken.json"), "[{");
        assertThatThrownBy(() -> JmhResults.read(directory)).hasMessage(directory + " has no results of JMH");
        assertThatThrownBy(() -> JmhResults.read(other)).isInstanceOf(RunException.class);
        assertThatThrownBy(() -> JmhResults.read(broken))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(broken + ": ");
    }
}
