package io.monorelay.server.ws;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The relay's side of a WebSocket, held to the letter, on a socket of a client that is none. */
final class StrictServerTest {
    private static final String STILL = "still there?";

    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start(
                "compression.enabled=true",
                "message.max-bytes=8MiB",
                "fanout.max-batch-bytes=8MiB",
                "forward.queue-bytes=8MiB");
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    static Stream<StrictCase> plain() {
        return StrictCase.all().filter(each -> each.appliesTo(StrictCase.Side.SERVER, false));
    }

    static Stream<StrictCase> deflate() {
        return StrictCase.all().filter(each -> each.appliesTo(StrictCase.Side.SERVER, true));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void whatComesIsAnsweredAsTheRfcHasIt(StrictCase each) {
        try (RawConnection peer = relay.dial().upgrade()) {
            play(each, peer);
        }
    }

    @ParameterizedTest
    @MethodSource("deflate")
    void whatComesIsAnsweredAsTheRfcHasItWithCompression(StrictCase each) {
        try (RawConnection peer = relay.dial().upgradeDeflate()) {
            play(each, peer);
        }
    }

    private static void play(StrictCase each, RawConnection peer) {
        for (byte[] piece : each.pieces(StrictCase.Side.SERVER)) {
            peer.sendUntilRefused(piece, 1);
        }
        List<String> expected = each.expected();
        if (!each.expectsClose()) {
            peer.sendFrame(Frame.PING, STILL.getBytes(US_ASCII));
            expected.add("pong:" + STILL);
        }
        List<String> answers = new ArrayList<>();
        while (answers.size() < expected.size()) {
            answers.add(shown(peer.frame()));
        }
        assertThat(answers).isEqualTo(expected);
        if (each.expectsClose()) {
            peer.assertEnd();
        }
    }

    private static String shown(Frame frame) {
        return switch (frame.head()) {
            case Frame.TEXT -> StrictCase.ANSWER;
            case Frame.PONG -> "pong:" + new String(frame.payload(), US_ASCII);
            case Frame.CLOSE -> "close:" + (frame.payload().length == 0 ? "" : frame.closeCode());
            default -> throw new AssertionError("a frame that no case expects: " + frame);
        };
    }
}
