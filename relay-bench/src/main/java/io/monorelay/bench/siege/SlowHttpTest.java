package io.monorelay.bench.siege;

import io.monorelay.bench.process.ChildProcess;
import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program of that name, which knows three kinds of slowness. It dials from the address of the honest nodes. */
final class SlowHttpTest implements Attack {
    private static final String PROGRAM = "slowhttptest";
    private static final int CONNECTIONS = 60;
    private static final Duration MARGIN = Duration.ofSeconds(5);
    private static final Pattern AVAILABLE = Pattern.compile("service available:\\W*(?:\\[[0-9;]*m\\W*)*(YES|NO)");

    private enum Kind {
        HEADERS("-H"),
        BODY("-B"),
        READING("-X");

        private final String flag;

        Kind(String flag) {
            this.flag = flag;
        }
    }

    @Override
    public String name() {
        return PROGRAM;
    }

    @Override
    public String what() {
        return "slow heads, slow bodies and slow reading, 60 connections each, opened at 20/s";
    }

    @Override
    public Duration least() {
        return Duration.ofSeconds(15);
    }

    @Override
    public Optional<String> obstacle() {
        boolean isThere = Stream.of("/usr/bin", "/usr/local/bin")
                .map(Path::of)
                .anyMatch(directory -> Files.isExecutable(directory.resolve(PROGRAM)));
        return isThere ? Optional.empty() : Optional.of(PROGRAM + " is not installed (apt-get install slowhttptest)");
    }

    @Override
    public void run(Assault assault) throws IOException, InterruptedException {
        assault.sideBySide(Kind.values().length, number -> run(assault, Kind.values()[number]));
    }

    private static void run(Assault assault, Kind kind) throws IOException, InterruptedException {
        String url = "http://" + assault.target().host() + "/";
        List<String> command = List.of(
                PROGRAM,
                kind.flag,
                "-c" + CONNECTIONS,
                "-r20",
                "-i2",
                "-x10",
                "-p1",
                "-l" + assault.length().toSeconds(),
                "-u" + url);
        Path errors = Files.createTempFile("siege-", ".log");
        try (ChildProcess program = ChildProcess.start(command, errors)) {
            String output = new String(program.output().readAllBytes(), StandardCharsets.UTF_8);
            Matcher available = AVAILABLE.matcher(output);
            while (available.find()) {
                assault.outcomes().count("service available: " + available.group(1));
            }
            assault.outcomes().count(program.succeeds(MARGIN) ? "done" : "failed");
        } finally {
            Files.delete(errors);
        }
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return List.of(
                aftermath.seen("the program has done all three", Kind.values().length, "done"),
                aftermath.never("it never finds the relay gone", "service available: NO"),
                aftermath.counted("faults", "request_timeout", CONNECTIONS));
    }
}
