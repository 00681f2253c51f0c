package io.monorelay.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.monorelay.store.Durability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server, from the package of the distribution, on a free port of the loopback interface, with its
 * data in a directory of its own. It ends with the JVM at the latest. It does not run as root, which it would refuse.
 */
public final class PostgresServer {
    /** Who may do everything there, without a password. */
    public static final String USER = "relay";

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final List<String> UNPRIVILEGED = List.of("postgres", "nobody");
    private static final int PROCESS_SECONDS = 60;

    private final Path binaries;
    private final Path directory;
    private final int port;
    private final Thread hook = new Thread(this::kill, "postgres-hook");
    private @Nullable Process server;
    private int databases;

    private PostgresServer(Path binaries) throws Exception {
        this.binaries = binaries;
        directory = Files.createTempDirectory("relay-postgres");
        port = freePort();
        if (isRoot()) {
            run(List.of("chown", unprivilegedUser(), directory.toString()));
        }
        Runtime.getRuntime().addShutdownHook(hook);
        String data = data().toString();
        run(asUser("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"));
        start();
    }

    /** Starts one; without PostgreSQL on this machine the test is aborted. */
    public static PostgresServer startNew() throws Exception {
        Optional<Path> binaries = newestBinaries();
        if (binaries.isEmpty()) {
            abort("no PostgreSQL under " + PACKAGES + ": apt-get install postgresql");
        }
        return new PostgresServer(binaries.get());
    }

    private static Optional<Path> newestBinaries() throws IOException {
        if (!Files.isDirectory(PACKAGES)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(PACKAGES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(bin -> version(bin.getParent())));
        }
    }

    private static int version(Path directory) {
        return Integer.parseInt(directory.getFileName().toString().replaceAll("\\D.*", ""));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** Starts it again after {@link #stop}, with what it had. */
    public void start() throws Exception {
        List<String> command = asUser(
                "postgres",
                "-D",
                data().toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=" + directory,
                // The process ends in these tests, the machine does not.
                "-c",
                "fsync=off");
        server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(PROCESS_SECONDS))
                .pollInterval(Duration.ofMillis(50))
                .until(this::answers);
    }

    private boolean answers() {
        try (Connection connection = connect("postgres")) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** Ends it within seconds; whoever is connected is cut off. */
    public void stop() throws Exception {
        signal("INT");
    }

    private void signal(String name) throws Exception {
        Process running = server;
        if (running != null && running.isAlive()) {
            run(List.of("kill", "-" + name, Long.toString(running.pid())));
            if (!running.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL goes on after SIG" + name);
            }
        }
    }

    /** The URL of a new database with nothing in it. */
    public String newDatabase() throws SQLException {
        String name = "relay_" + ++databases;
        execute("postgres", "CREATE DATABASE " + name);
        return url(name);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    PostgresDialect dialect(String url) {
        return new PostgresDialect(url, USER, "", Durability.COMMIT);
    }

    /** Ends all connections to that database but the one that asks for it. */
    void cutOff(String url) throws SQLException {
        String database = url.substring(url.lastIndexOf('/') + 1);
        execute(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), USER, "");
    }

    /** Ends it for good; nothing of it is left. */
    public void end() throws Exception {
        stop();
        Runtime.getRuntime().removeShutdownHook(hook);
        delete();
    }

    private void kill() {
        Process running = server;
        if (running != null) {
            // Its children notice that.
            running.destroyForcibly();
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private List<String> asUser(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            String user = unprivilegedUser();
            command.addAll(List.of("setpriv", "--reuid=" + user, "--clear-groups", "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String unprivilegedUser() throws IOException {
        List<String> users = Files.readAllLines(Path.of("/etc/passwd"));
        return UNPRIVILEGED.stream()
                .filter(name -> users.stream().anyMatch(line -> line.startsWith(name + ":")))
                .findFirst()
                .orElseThrow();
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(command + ": " + said);
        }
    }
}
