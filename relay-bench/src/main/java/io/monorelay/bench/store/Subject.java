package io.monorelay.bench.store;

import io.monorelay.bench.process.Project;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Scratch;
import io.monorelay.bench.process.Server;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The store that is measured, opened by this program or by a relay of its own, never by both at once. Settings but for
 * where it is come from the environment, as a relay takes them.
 */
final class Subject {
    private static final String LOOPBACK = "127.0.0.1:0";

    private final Project project;
    private final Path data;
    private final Path log;
    private final String url;
    private final RelayConfig config;

    /** @param url of a PostgreSQL database, or empty for SQLite in the scratch directory */
    Subject(Project project, Scratch scratch, String url) throws IOException, RunException {
        this.project = project;
        this.data = Files.createDirectory(scratch.file("data"));
        this.log = scratch.file("relay.log");
        this.url = url;
        try {
            config = ConfigLoader.load(
                            null,
                            ConfigLoader.environment(),
                            Map.of("data", data.toString(), "store.url", url, "listen", LOOPBACK))
                    .config();
        } catch (ConfigException wrong) {
            throw new RunException(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    RelayConfig config() {
        return config;
    }

    /** For people: the kind of store, and the level of durability. */
    String description() {
        return (url.isEmpty() ? "SQLite" : "PostgreSQL") + ", durability "
                + config.store().durability().text();
    }

    /** Opens it in this program. */
    JdbcStore open() throws StoreException {
        return JdbcStore.open(config.store(), data, InstantSource.system());
    }

    /** Starts a relay on it, with the launcher that people use. */
    Server serve(String... options) throws IOException, InterruptedException, RunException {
        return serve(data, options);
    }

    /** Starts a relay once elsewhere, so that whatever has to be built or rehearsed for the first start has been. */
    void rehearse(Path elsewhere) throws IOException, InterruptedException, RunException {
        serve(elsewhere).close();
    }

    private Server serve(Path directory, String... options) throws IOException, InterruptedException, RunException {
        List<String> command =
                new ArrayList<>(List.of(project.relay(), "serve", "--listen=" + LOOPBACK, "--data=" + directory));
        if (!url.isEmpty()) {
            command.add("--store.url=" + url);
        }
        command.addAll(List.of(options));
        return Server.thatSaysItsPort(command, log);
    }

    /**
     * Makes the operating system forget what it has of the database in memory, so that it comes from the disk.
     *
     * @return whether that can be done: for SQLite, on Linux
     */
    boolean dropFileCache() throws IOException, InterruptedException {
        boolean dropped = url.isEmpty();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                dropped = dropped && dropFileCache(file);
            }
        }
        return dropped;
    }

    private static boolean dropFileCache(Path file) throws IOException, InterruptedException {
        List<String> command = List.of("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
        return new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
