package io.monorelay.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that takes WebSockets on loopback, in a process of its own. */
public final class Server implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofMillis(20);
    /** From here on an operating system may give a port to who dials. */
    private static final int FIRST_PASSING_PORT = 32_768;

    private static final int FIRST_LASTING_PORT = 20_000;
    private static final Pattern LISTENING = Pattern.compile("listening on \\S*:(\\d+)");

    private final ChildProcess process;
    private final int port;

    private Server(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a program that prints where it listens, as the relay does.
     *
     * @param errors gets what the program writes to standard error
     */
    public static Server thatSaysItsPort(List<String> command, Path errors)
            throws IOException, InterruptedException, RunException {
        ChildProcess process = ChildProcess.start(command, errors);
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread.ofVirtual().name("output-" + process.pid()).start(() -> readPort(process, port));
        try {
            return new Server(process, port.get(START.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            process.close();
            throw new RunException(command.getLast() + " did not come up, see " + errors + ": " + command, e);
        }
    }

    /** Reads on to the end, since a program whose output nobody reads stops some day. */
    private static void readPort(ChildProcess process, CompletableFuture<Integer> port) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.output(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    port.complete(Integer.valueOf(listening.group(1)));
                }
            }
            port.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }

    /** A port that nobody listens on at the moment. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * A port that nobody listens on at the moment, and from which no connection is made: one that dials it while nobody
     * listens would otherwise meet itself there some day.
     */
    public static int lastingPort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_LASTING_PORT, FIRST_PASSING_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // There are thousands of others.
            }
        }
    }

    /** Starts a program that is told its port and prints nothing. */
    public static Server thatIsToldItsPort(List<String> command, int port, Path errors)
            throws IOException, RunException {
        ChildProcess process = ChildProcess.start(command, errors);
        long deadline = System.nanoTime() + START.toNanos();
        while (!accepts(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.close();
                throw new RunException("it did not come up, see " + errors + ": " + command);
            }
            LockSupport.parkNanos(RETRY.toNanos());
        }
        return new Server(process, port);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** The time that the process has had on all cores so far, to a hundredth of a second. */
    public Duration cpu() {
        return ProcessHandle.of(pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("the server has ended"));
    }

    /** Ends it without a warning, as {@code kill -9} does; returns when it has ended. */
    public void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
