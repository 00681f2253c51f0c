package io.monorelay.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.monorelay.protocol.CloseCode;
import io.monorelay.server.channel.MemoryBudget.Way;
import io.monorelay.server.net.CertificateFiles;
import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.net.TlsClient;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import io.monorelay.server.ws.JdkSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many connections that are each within their limits and together beyond the budget, and honest ones beside them. */
@Timeout(60)
final class MemoryBudgetTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int RECEIVE_BUFFER_BYTES = 4096;
    private static final int FRAME_BYTES = 60_000;
    private static final int SENT_BYTES = 50_000;
    private static final String PADDING = "x".repeat(8_000);

    private final List<RawConnection> opened = new ArrayList<>();
    private RunningRelay relay;
    private int texts;

    private void start(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "network.event-loops=2",
                "network.unsent-bytes=16KiB",
                "timeouts.request=1m",
                "timeouts.handshake=1m",
                "store.durability=memory"));
        all.addAll(List.of(settings));
        relay = RunningRelay.start(all.toArray(String[]::new));
    }

    @AfterEach
    void stop() {
        opened.forEach(RawConnection::close);
        relay.close();
    }

    private RawConnection keep(RawConnection connection) {
        opened.add(connection);
        return connection;
    }

    private long held(Way way) {
        return relay.node().memory().held(way);
    }

    private static void await(ThrowingRunnable expectation) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(expectation);
    }

    private void closeAllAndExpectThatNothingIsHeld() {
        opened.forEach(RawConnection::close);
        await(() -> {
            assertThat(held(Way.INBOUND)).as("inbound").isZero();
            assertThat(held(Way.OUTBOUND)).as("outbound").isZero();
        });
    }

    /** Those that something has come to which was not asked for. */
    private List<RawConnection> told() {
        return opened.stream()
                .filter(connection -> catchThrowable(connection::assertNothingYet) != null)
                .toList();
    }

    /** One that no message had before. */
    private String nextText(String padding) {
        return texts++ + padding;
    }

    private static byte[] halfAFrame() {
        byte[] text = new byte[FRAME_BYTES];
        Arrays.fill(text, (byte) 'x');
        return Arrays.copyOf(RawConnection.masked(Frame.TEXT, text), SENT_BYTES);
    }

    /** That many messages, large ones among them, from one honest node to another. */
    private void exchange(int count, JdkSocket from, JdkSocket to, ForeignNode sender) {
        for (int i = 0; i < count; i++) {
            String text = nextText(i % 4 == 0 ? PADDING.repeat(5) : "");
            from.send(sender.broadcast(text, relay.now()));
            assertThat(to.nextJson().path("message").path("data").asString()).isEqualTo(text);
        }
    }

    @Test
    void halfSentFramesBeyondTheBudgetAreClosedAndOthersHaveAllTheirMessages() {
        start("memory.inbound=1MiB");
        ForeignNode sender = ForeignNode.generate();
        try (JdkSocket from = JdkSocket.v2(relay, sender);
                JdkSocket to = JdkSocket.v2(relay, ForeignNode.generate())) {
            for (int i = 0; i < 40; i++) {
                RawConnection half = keep(relay.dial().upgradeV2());
                half.frame();
                half.send(halfAFrame());
            }
            exchange(20, from, to, sender);
            await(() -> assertThat(relay.total("faults", "inbound_memory")).isGreaterThanOrEqualTo(20));
            await(() -> assertThat(held(Way.INBOUND)).isBetween(1L, (long) MEBIBYTE));
            exchange(20, from, to, sender);
        }
        assertThat(told())
                .hasSizeBetween(20, 39)
                .allSatisfy(
                        closed -> assertThat(closed.frame().closeCode()).isEqualTo(CloseCode.TRY_AGAIN_LATER.code()));
        closeAllAndExpectThatNothingIsHeld();
    }

    @Test
    void halfSentBodiesBeyondTheBudgetAreRefusedAndOthersServed() {
        start("memory.inbound=1MiB");
        String head = "POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: " + FRAME_BYTES + "\r\n\r\n";
        for (int i = 0; i < 40; i++) {
            keep(relay.dial()).send(head + "x".repeat(SENT_BYTES));
        }
        await(() -> assertThat(relay.total("faults", "inbound_memory")).isGreaterThanOrEqualTo(20));
        await(() -> assertThat(held(Way.INBOUND)).isBetween(1L, (long) MEBIBYTE));
        relay.assertServing();
        assertThat(told())
                .hasSizeBetween(20, 39)
                .allSatisfy(closed -> assertThat(closed.answer().status()).isEqualTo(503));
        closeAllAndExpectThatNothingIsHeld();
    }

    @Test
    void whoHasBeenAtItForLongIsClosedBeforeOneThatHasJustBegun() {
        start("memory.inbound=1MiB");
        List<RawConnection> old = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            RawConnection half = keep(relay.dial().upgradeV2());
            half.frame();
            half.send(halfAFrame());
            old.add(half);
        }
        await(() -> assertThat(held(Way.INBOUND)).isGreaterThan(15L * SENT_BYTES));
        // The age of a message is counted in whole seconds.
        Awaitility.await().pollDelay(2100, TimeUnit.MILLISECONDS).until(() -> true);
        for (int i = 0; i < 5; i++) {
            RawConnection half = keep(relay.dial().upgradeV2());
            half.frame();
            half.send(halfAFrame());
        }
        await(() -> assertThat(relay.total("faults", "inbound_memory")).isPositive());
        await(() -> assertThat(held(Way.INBOUND)).isLessThanOrEqualTo(MEBIBYTE));
        assertThat(told()).isNotEmpty().isSubsetOf(old);
    }

    @Test
    void answersThatNobodyReadsBeyondTheBudgetAreCutOffAndReadersGetEverything() {
        start(
                "memory.outbound=4MiB",
                "message.max-bytes=16KiB",
                "fanout.max-batch-bytes=16KiB",
                "fanout.laggard-bytes=256KiB");
        for (int i = 0; i < 120; i++) {
            relay.sendToAll(nextText(PADDING));
        }
        ForeignNode sender = ForeignNode.generate();
        try (JdkSocket reader = JdkSocket.v2(relay, sender)) {
            for (int i = 0; i < 40; i++) {
                RawConnection page = keep(RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES));
                page.send("GET /messages?limit=1000 HTTP/1.1\r\nHost: relay\r\n\r\n");
                RawConnection stream = keep(RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES));
                stream.send("GET /stream HTTP/1.1\r\nHost: relay\r\nLast-Event-ID: 0\r\n\r\n");
            }
            await(() -> assertThat(relay.total("drops", "outbound_memory")).isGreaterThanOrEqualTo(20));
            await(() -> assertThat(held(Way.OUTBOUND)).isBetween(1L, 4L * MEBIBYTE));
            for (int i = 0; i < 200; i++) {
                String text = nextText(PADDING);
                relay.sendToAll(text);
                assertThat(reader.nextJson().path("message").path("data").asString())
                        .isEqualTo(text);
            }
        }
        closeAllAndExpectThatNothingIsHeld();
    }

    @Test
    void whatTlsCopiesForEachOfThoseThatReadNothingIsWithinTheBudgetToo(@TempDir Path directory) throws Exception {
        CertificateFiles files = CertificateFiles.make(directory, "relay");
        start(
                "tls.certificate=" + files.certificate(),
                "tls.key=" + files.key(),
                "memory.outbound=512KiB",
                "message.max-bytes=16KiB",
                "fanout.max-batch-bytes=16KiB",
                "fanout.laggard-bytes=256KiB");
        try (JdkSocket reader = JdkSocket.v2(relay, ForeignNode.generate())) {
            for (int i = 0; i < 60; i++) {
                keep(TlsClient.startOn(RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES))
                        .upgrade());
            }
            for (int i = 0; i < 1000 && (i % 32 != 0 || relay.total("drops", "outbound_memory") == 0); i++) {
                String text = nextText(PADDING);
                relay.sendToAll(text);
                assertThat(reader.nextJson().path("message").path("data").asString())
                        .isEqualTo(text);
            }
            assertThat(relay.total("drops", "outbound_memory")).isPositive();
            await(() -> assertThat(held(Way.OUTBOUND)).isLessThanOrEqualTo(MEBIBYTE / 2));
        }
        closeAllAndExpectThatNothingIsHeld();
    }

    @Test
    void afterConnectionsHaveComeAndGoneNothingIsHeld() {
        start();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            RawConnection one = keep(relay.dial());
            switch (random.nextInt(5)) {
                case 0 -> one.upgrade().send(Arrays.copyOf(halfAFrame(), 1 + random.nextInt(SENT_BYTES)));
                case 1 -> one.send("POST /broadcast HTTP/1.1\r\nContent-Le");
                case 2 -> one.send("POST /broadcast HTTP/1.1\r\nHost: r\r\nContent-Length: 60000\r\n\r\n" + PADDING);
                case 3 -> one.send("GET / HTTP/1.1\r\nHost: r\r\n\r\n".repeat(1 + random.nextInt(8)));
                default -> one.upgrade().sendText("{}").sendFrame(0x01, new byte[] {'{'});
            }
            if (random.nextBoolean()) {
                opened.removeLast().close();
            }
        }
        await(() -> assertThat(held(Way.INBOUND)).as("seed %d", seed).isPositive());
        closeAllAndExpectThatNothingIsHeld();
    }

    @Test
    void whoPingsBeforeItsHandshakeAndReadsNoAnswersIsReadNoFurther() {
        start();
        byte[] pings = new byte[131 * 500];
        byte[] ping = RawConnection.masked(Frame.PING, new byte[125]);
        for (int i = 0; i < 500; i++) {
            System.arraycopy(ping, 0, pings, i * ping.length, ping.length);
        }
        RawConnection greedy =
                keep(RawConnection.to(relay.port(), RECEIVE_BUFFER_BYTES).upgradeV2());
        AtomicLong sent = new AtomicLong();
        Thread sender = Thread.ofVirtual().start(() -> {
            while (!Thread.interrupted()) {
                greedy.sendUntilRefused(pings, 1);
                sent.incrementAndGet();
            }
        });
        long[] before = {-1};
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .pollInterval(500, TimeUnit.MILLISECONDS)
                .until(() -> {
                    long now = sent.get();
                    boolean stalled = now == before[0];
                    before[0] = now;
                    return stalled;
                });
        assertThat(relay.total("closes", "handshake_timeout")).isZero();
        assertThat(held(Way.OUTBOUND)).isLessThan(MEBIBYTE);
        sender.interrupt();
        closeAllAndExpectThatNothingIsHeld();
    }
}
