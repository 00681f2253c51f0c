package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.RunningRelay;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What original nodes send to a WebSocket, byte by byte, and what they expect of a relay. */
final class OriginalSocketTest {
    private static final String INTENDED = "intended-ws/ws-server/";
    private static final String VALID = "{\"info\":\"Broadcast message was valid\",\"_type\":\"WS_Success\"}";
    private static final String INVALID =
            "{\"code\":1,\"info\":\"Broadcast message was invalid\",\"_type\":\"WS_Error\"}";

    /** When the broadcasts of the year 2022 were valid. */
    private static RunningRelay in2022;

    /** When the others were sent. */
    private static RunningRelay atCapture;

    @BeforeAll
    static void start() {
        in2022 = RunningRelay.startAt(Captures.GENERATED_AT);
        atCapture = RunningRelay.startAt("2026-11-23T02:17:36Z");
    }

    @AfterAll
    static void stop() {
        in2022.close();
        atCapture.close();
    }

    @Test
    void theAnswerToAnUpgradeIsThatOfAnOriginal() {
        byte[] expected = Captures.bytes(INTENDED + "upgrade.response.bin");
        try (RawConnection connection = in2022.dial()) {
            connection.send(Captures.bytes(INTENDED + "upgrade.request.bin"));
            assertThat(connection.head()).isEqualTo(new String(expected, ISO_8859_1));
        }
    }

    @Test
    void anUpgradeInLowerCaseWithAnotherProtocolIsOneToLevel1() {
        try (RawConnection connection = in2022.dial()) {
            connection.send(Captures.bytes(INTENDED + "upgrade-lowercase.request.bin"));
            assertThat(connection.head())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .doesNotContain("Protocol:");
            connection.send(Captures.bytes(INTENDED + "ping.c2s.bin"));
            assertThat(connection.bytes(5)).isEqualTo(Captures.bytes(INTENDED + "ping.s2c.bin"));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"upgrade-no-key, 426", "upgrade-no-version, 404", "upgrade-post, 405", "upgrade-titlecase-other, 426"})
    void anUpgradeThatIsNoneIsRefused(String name, int status) {
        try (RawConnection connection = in2022.dial()) {
            connection.send(Captures.bytes(INTENDED + name + ".request.bin"));
            assertThat(connection.answer().status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {INTENDED, "original/ws-server/"})
    void aBroadcastIsValidWithAndWithoutItsType(String folder) {
        try (RawConnection sender = atCapture.dial().upgrade()) {
            sender.send(Captures.bytes(folder + "broadcast.c2s.bin"));
            assertThat(sender.frame().text()).isEqualTo(VALID);
        }
        try (RawConnection sender = in2022.dial().upgrade()) {
            sender.send(Captures.bytes(folder + "broadcast-with-type.c2s.bin"));
            assertThat(sender.frame().text()).isEqualTo(VALID);
        }
    }

    @Test
    void aNewBroadcastIsForwardedOnceAndAcknowledgedTwice() {
        try (RawConnection sender = atCapture.dial().upgrade();
                RawConnection receiver = atCapture.dial().upgrade()) {
            sender.send(Captures.bytes(INTENDED + "typed-broadcast-new.c2s.bin"));
            assertThat(sender.frame().text()).isEqualTo(VALID);
            sender.send(Captures.bytes(INTENDED + "typed-broadcast-duplicate.c2s.bin"));
            assertThat(sender.frame().text()).isEqualTo(VALID);
            sender.send(Captures.bytes(INTENDED + "typed-broadcast-badsig.c2s.bin"));
            assertThat(sender.frame().text()).isEqualTo(INVALID);

            String forwarded = receiver.frame().text();
            String byOriginal =
                    new String(Captures.bytes(INTENDED + "typed-broadcast-new.s2c.0.bin"), ISO_8859_1).substring(4);
            assertThat(forwarded)
                    .isEqualTo(byOriginal.substring(0, byOriginal.length() - 1) + ",\"_type\":\"Broadcast_Message\"}");
            atCapture.assertServing();
            assertThat(receiver.frame().text()).contains("still there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws-success", "ws-success-with-type", "ws-error-with-type"})
    void anAnswerIsNotAnswered(String name) {
        try (RawConnection peer = in2022.dial().upgrade()) {
            peer.send(Captures.bytes(INTENDED + name + ".c2s.bin"));
            peer.send(Captures.bytes(INTENDED + "ping-empty.c2s.bin"));
            assertThat(peer.bytes(2)).isEqualTo(Captures.bytes(INTENDED + "ping-empty.s2c.bin"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"notjson", "emptyobj"})
    void whatIsNoMessageIsAnsweredAsAnInvalidOne(String name) {
        try (RawConnection peer = in2022.dial().upgrade()) {
            assertThat(peer.send(Captures.bytes(INTENDED + name + ".c2s.bin"))
                            .frame()
                            .text())
                    .isEqualTo(INVALID);
        }
    }

    @Test
    void aBinaryFrameEndsTheConnection() {
        try (RawConnection peer = in2022.dial().upgrade()) {
            peer.send(Captures.bytes(INTENDED + "binary.c2s.bin"));
            assertThat(peer.frame().closeCode()).isEqualTo(1003);
            peer.assertEnd();
        }
    }

    @Test
    void aCloseIsAnsweredWithItsCode() {
        try (RawConnection peer = in2022.dial().upgrade()) {
            peer.send(Captures.bytes(INTENDED + "close.c2s.bin"));
            assertThat(peer.frame().closeCode()).isEqualTo(1000);
            peer.assertEnd();
        }
    }

    @Test
    void aWholeSessionOfAPrivateNodeGoesThrough() {
        try (RunningRelay then = RunningRelay.startAt("2026-11-23T02:17:13Z");
                RawConnection privateNode = then.dial()) {
            privateNode.send(Captures.bytes("intended-ws/private-to-public/conn001.c2s.bin"));
            assertThat(privateNode.head()).startsWith("HTTP/1.1 101 ");
            assertThat(privateNode.frame().text()).isEqualTo(VALID);
            assertThat(privateNode.frame().head()).isEqualTo(Frame.CLOSE);
            privateNode.assertEnd();
        }
    }

    @Test
    void aPrivateNodeGetsExactlyTheFramesThatItUnderstands() {
        String folder = "original/ws-to-private-client/";
        byte[] message = Captures.bytes(folder + "broadcast-with-type.s2c.bin");
        byte[] valid = Captures.bytes(folder + "ws-success-with-type.s2c.bin");
        byte[] invalid = Captures.bytes(folder + "ws-error-with-type.s2c.bin");
        try (RunningRelay then = RunningRelay.startAt("2026-11-23T02:09:54Z");
                RawConnection publisher = then.dial().upgrade();
                RawConnection privateNode = then.dial().upgrade()) {
            publisher.sendText(new String(message, 4, message.length - 4, ISO_8859_1));
            assertThat(publisher.bytes(valid.length)).isEqualTo(valid);
            assertThat(privateNode.bytes(message.length)).isEqualTo(message);
            publisher.sendText("hello");
            assertThat(publisher.bytes(invalid.length)).isEqualTo(invalid);
        }
    }
}
