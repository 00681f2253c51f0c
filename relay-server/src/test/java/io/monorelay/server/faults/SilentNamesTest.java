package io.monorelay.server.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.monorelay.server.crash.RelayProcess;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.network.Follower;
import io.monorelay.server.network.Program;
import io.monorelay.server.node.RunningRelay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose links go to names that the name server does not answer for. It has a file system of its own, in which
 * another name server is written down. Takes root; is skipped without.
 */
@Timeout(60)
final class SilentNamesTest {
    private static final String NAME_SERVER = "127.9.9.9";
    private static final int DNS_PORT = 53;
    private static final int SILENT_LINKS = 4;
    private static final Duration PATIENCE = Duration.ofMillis(RawConnection.PATIENCE_MILLIS);

    @TempDir
    private Path directory;

    /** A name server that hears every question and answers none. */
    private static final class SilentNameServer implements AutoCloseable {
        private final DatagramSocket socket;
        private final AtomicInteger asked = new AtomicInteger();

        SilentNameServer() throws IOException {
            socket = new DatagramSocket(DNS_PORT, InetAddress.getByName(NAME_SERVER));
            Thread.ofPlatform().daemon().name("silent-name-server").start(this::listen);
        }

        private void listen() {
            try {
                while (true) {
                    socket.receive(new DatagramPacket(new byte[512], 512));
                    asked.incrementAndGet();
                }
            } catch (IOException closed) {
                assertThat(socket.isClosed()).isTrue();
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private List<String> launcher() throws InterruptedException {
        try {
            Path resolv = Files.writeString(directory.resolve("resolv.conf"), "nameserver " + NAME_SERVER + "\n");
            Path order = Files.writeString(directory.resolve("nsswitch.conf"), "hosts: files dns\n");
            String mounts =
                    "mount --bind " + resolv + " /etc/resolv.conf && mount --bind " + order + " /etc/nsswitch.conf";
            boolean able = Program.run("unshare", "--mount", "bash", "-c", mounts) == 0;
            assumeTrue(able, "no mounts of one's own on this machine, or not root");
            return List.of("unshare", "--mount", "bash", "-c", mounts + " && exec \"$@\"", "bash");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Look-ups are under way for seconds, more of them than there are processors on a small machine. */
    @Test
    void linksToNamesThatNobodyAnswersForHoldUpNothingElse() throws Exception {
        List<String> launcher = launcher();
        try (SilentNameServer names = new SilentNameServer();
                RunningRelay relay = RunningRelay.start()) {
            String silent = IntStream.range(0, SILENT_LINKS)
                    .mapToObj(i -> "ws://silent-" + i + ".example:8000")
                    .reduce((one, other) -> one + "," + other)
                    .orElseThrow();
            // The link that can be made is the last one to be dialled.
            String links = "--links=" + silent + "," + relay.socketAddress();
            // So many links need memory, of which this process is given little.
            String[] arguments = Stream.of("serve", "--listen=127.0.0.1:0", "--log.max-bytes=16MiB", links)
                    .toArray(String[]::new);
            try (RelayProcess node = RelayProcess.start(launcher, directory, arguments)) {
                URI address = node.awaitListening();
                Follower follower = new Follower();
                follower.follow(address);
                await().atMost(PATIENCE).until(() -> names.asked.get() >= 2);
                await().atMost(Duration.ofSeconds(4)).until(() -> relay.total("traffic", "websockets_opened") == 1);
                relay.sendToAll("over the link that there is");
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(follower.texts()).containsExactly("over the link that there is"));
                long start = System.nanoTime();
                assertThat(RelayProcess.get(address, "/health/live")).isNotNull();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            }
        }
    }
}
