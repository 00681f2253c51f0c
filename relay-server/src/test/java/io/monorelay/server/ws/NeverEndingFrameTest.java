package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.CloseCode;
import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that are begun and never end, however busily the connection goes on. */
@Timeout(60)
final class NeverEndingFrameTest {
    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("timeouts.request=1s");
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    /** Sends the same over and over, until the relay has closed. */
    private static int closeCodeWhileSending(RawConnection peer, byte[] over) {
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        try {
            sender.scheduleAtFixedRate(() -> peer.sendUntilRefused(over, 1), 0, 50, TimeUnit.MILLISECONDS);
            Frame frame = peer.frame();
            while (frame.head() != Frame.CLOSE) {
                frame = peer.frame();
            }
            return frame.closeCode();
        } finally {
            sender.shutdownNow();
        }
    }

    @Test
    void aFrameThatIsDribbledIsCutOff() {
        byte[] begun = HexFormat.of().parseHex("81feea6000000000");
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.send(begun);
            assertThat(closeCodeWhileSending(peer, new byte[] {'x'})).isEqualTo(CloseCode.TOO_SLOW.code());
            assertThat(relay.total("faults", "message_timeout")).isPositive();
        }
    }

    @Test
    void halfAHeaderAndThenSilenceIsCutOff() {
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.send(new byte[] {(byte) Frame.TEXT});
            assertThat(peer.frame().closeCode()).isEqualTo(CloseCode.TOO_SLOW.code());
        }
    }

    @Test
    void pingsBetweenTheFragmentsOfAMessageGiveItNoMoreTime() {
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.sendFrame(0x01, new byte[] {'x'});
            assertThat(closeCodeWhileSending(peer, RawConnection.masked(0x89, new byte[] {'p'})))
                    .isEqualTo(CloseCode.TOO_SLOW.code());
        }
    }

    @Test
    void whoSendsOneWholeMessageAfterTheOtherIsNotCutOff() {
        ForeignNode node = ForeignNode.generate();
        try (RawConnection peer = relay.dial().upgrade()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            for (int i = 0; System.nanoTime() < end; i++) {
                peer.sendText(node.broadcast("message " + i));
                assertThat(peer.frame().text()).contains("valid");
            }
        }
    }
}
