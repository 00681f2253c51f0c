package io.monorelay.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A comparison from end to end, in a project of its own: its relay and its limit are the real ones. */
@Timeout(180)
class CompareCommandTest {
    /** It goes as fast as the server, so that a slow machine is no failure. */
    private static final String WORKLOAD = "W3";

    @TempDir
    private Path project;

    @BeforeEach
    void layOutProject() throws IOException, InterruptedException {
        for (String tool : List.of("gcc", "taskset", "bash")) {
            assumeTrue(isOnPath(tool), tool + " is needed");
        }
        compile("wsload");
        compile("limit");
        write(
                "scripts/relay",
                "exec '" + System.getProperty("java.home")
                        + "/bin/java' --enable-native-access=ALL-UNNAMED -cp '" + System.getProperty("java.class.path")
                        + "' io.monorelay.server.cli.Main \"$@\"");
        write("relay-bench/src/compare/install", """
                case $1 in
                    bun) echo "no Bun today" >&2; exit 1 ;;
                    *) mkdir -p "$2"; printf '#!/bin/sh\\nexit 3\\n' >"$2/$1"; chmod +x "$2/$1"; echo "one that ends" ;;
                esac""");
    }

    @Test
    void everybodyIsMeasuredOrSaidNotTo() throws IOException {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine command = new CommandLine(new CompareCommand());
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(errors));
        command.execute(
                "--project=" + project,
                "--contenders=limit,relay,bun,node",
                "--runs=1",
                "--seconds=2",
                "--warmup=1",
                "--generator-core=0",
                "--passing",
                WORKLOAD);
        assertThat(out.toString())
                .as("errors: %s", errors)
                .contains("| limit |", "| Monorelay |", "| Bun | not measured: no Bun today |", "| Node, ws | – † |");
        JsonNode runs = JsonMapper.shared().readTree(result("compare-W3.json")).path("runs");
        for (int run = 0; run < 2; run++) {
            JsonNode figures = runs.path(run).path("figures");
            assertThat(figures.path("deliveries").asLong()).as("of %s", runs).isPositive();
            assertThat(figures.path("loss").asLong()).as("of %s", runs).isZero();
        }
        assertThat(runs.path(2).path("figures").path("failed").asString()).contains("did not come up");
        assertThat(result("compare-W3.svg")).isNotEmptyFile();
        assertThat(result("compare-W3.png")).isNotEmptyFile();
    }

    private Path result(String name) throws IOException {
        try (Stream<Path> files = Files.walk(project.resolve("relay-bench/target/results"))) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isOnPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    private void compile(String tool) throws IOException, InterruptedException {
        Path programs = Files.createDirectories(project.resolve("relay-bench/target/yardstick"));
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o"));
        command.add(programs.resolve(tool).toString());
        command.add(Path.of("src/main/c", tool + ".c").toString());
        Process gcc = new ProcessBuilder(command).inheritIO().start();
        assertThat(gcc.waitFor(60, TimeUnit.SECONDS) && gcc.exitValue() == 0).isTrue();
    }

    private void write(String script, String lines) throws IOException {
        Path file = project.resolve(script);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + lines + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
