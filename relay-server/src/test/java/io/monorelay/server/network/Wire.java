package io.monorelay.server.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two network namespaces and the wire between them, made by the program {@code wire.c}, whose head says what it does.
 * Whatever becomes of this process, nothing of it is left. One thread.
 */
final class Wire implements AutoCloseable {
    private static final Path SOURCE = Path.of("src", "test", "c", "wire.c");
    private static final Path PROGRAM = Path.of("target", "wire");
    private static final int NOT_ON_THIS_MACHINE = 77;
    private static final int END_SECONDS = 5;

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final Namespace publicSide;
    private final Namespace privateSide;

    private Wire(Process process) throws Exception {
        this.process = process;
        commands = process.outputWriter(UTF_8);
        answers = process.inputReader(UTF_8);
        String ready = answers.readLine();
        if (ready == null) {
            throw notReady(process);
        }
        String[] words = ready.split(" ");
        publicSide = new Namespace(words[1], words[2]);
        privateSide = new Namespace(words[4], words[5]);
    }

    private static IllegalStateException notReady(Process process) throws Exception {
        String why = new String(process.getErrorStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() == NOT_ON_THIS_MACHINE) {
            abort("no network namespaces on this machine, or not root: " + why);
        }
        return new IllegalStateException(why);
    }

    /** Starts one with these options; where this machine cannot have one, the test is aborted. */
    static Wire start(String... options) throws Exception {
        for (String tool : List.of("gcc", "bash", "nsenter")) {
            if (Program.run(tool, "--version") != 0) {
                abort("no network namespaces without " + tool + ": apt-get install gcc bash util-linux");
            }
        }
        compile();
        List<String> command = new ArrayList<>(List.of(PROGRAM.toAbsolutePath().toString()));
        command.addAll(List.of(options));
        return new Wire(new ProcessBuilder(command).start());
    }

    private static void compile() throws Exception {
        Files.createDirectories(PROGRAM.getParent());
        String[] command = {"gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", PROGRAM.toString(), SOURCE.toString()};
        assertThat(Program.run(command)).as(String.join(" ", command)).isZero();
    }

    /** Where everybody can be dialled. */
    Namespace publicSide() {
        return publicSide;
    }

    /** From where one can dial, and where nobody can be dialled. */
    Namespace privateSide() {
        return privateSide;
    }

    /** From now on each packet disappears, those under way included. */
    void becomeBlackHole() throws IOException {
        tell('h');
    }

    void heal() throws IOException {
        tell('w');
    }

    /** From now on the packets of all connections that there are disappear; new connections can be made. */
    void forgetConnections() throws IOException {
        tell('f');
    }

    /** From now on the private side can be dialled too. */
    void letStrangersIn() throws IOException {
        tell('o');
    }

    /** How many packets had this fate so far, by the name that {@code wire.c} gives it. */
    long packets(String fate) throws IOException {
        Long count = tell('c').get(fate);
        if (count == null) {
            throw new IllegalArgumentException(fate);
        }
        return count;
    }

    private Map<String, Long> tell(char command) throws IOException {
        commands.write(command);
        commands.flush();
        @Nullable String answer = answers.readLine();
        assertThat(answer).as("the answer to the command %s", command).isNotNull();
        String[] words = answer.split(" ");
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            counts.put(words[i], Long.valueOf(words[i + 1]));
        }
        return counts;
    }

    @Override
    public void close() throws IOException {
        try {
            commands.close();
            await().atMost(Duration.ofSeconds(END_SECONDS)).until(() -> !process.isAlive());
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
