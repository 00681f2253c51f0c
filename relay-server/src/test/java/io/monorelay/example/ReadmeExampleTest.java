package io.monorelay.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.RunningRelay;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program in the README is the one that is compiled here, and it does what it says. */
@Timeout(60)
final class ReadmeExampleTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCE = Path.of("src/test/java/io/monorelay/example/Hello.java");

    @Test
    void theReadmeHasExactlyTheProgramThatIsTested() throws Exception {
        String source = Files.readString(SOURCE);
        String shown = source.substring(source.indexOf("import "));
        assertThat(Files.readString(README)).contains("```java\n" + shown + "```\n");
    }

    @Test
    void itPublishesAndPrintsTheAnswer() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (RunningRelay relay = RunningRelay.start()) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            Hello.main(new String[] {relay.socketAddress().toString()});
            assertThat(relay.get("/messages").json().path("messages").findValuesAsString("data"))
                    .containsExactly("hello");
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("Accepted[")
                .contains("durability=commit");
    }
}
