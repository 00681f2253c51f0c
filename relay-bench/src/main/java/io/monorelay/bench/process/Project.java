package io.monorelay.bench.process;

import java.nio.file.Path;

/** Where things are in the project's directory. */
public record Project(Path root) {
    /** The launcher of the relay. */
    public String relay() {
        return root.resolve("scripts/relay").toString();
    }

    /** A compiled program of the yardstick. */
    public String tool(String name) {
        return root.resolve("relay-bench/target/yardstick").resolve(name).toString();
    }

    /** The servers that the relay is compared with. */
    public Path comparison() {
        return root.resolve("relay-bench/src/compare");
    }

    /** The captured traffic of original nodes. */
    public Path vectors() {
        return root.resolve("relay-core/src/test/resources/vectors");
    }

    /** For results that are kept. */
    public Path results() {
        return root.resolve("relay-bench/results");
    }

    /** For results that the next build may delete. */
    public Path passingResults() {
        return root.resolve("relay-bench/target/results");
    }
}
