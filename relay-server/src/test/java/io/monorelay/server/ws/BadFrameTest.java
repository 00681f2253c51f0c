package io.monorelay.server.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.net.Frame;
import io.monorelay.server.net.RawConnection;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.node.RunningRelay;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that end a WebSocket, and nothing else. */
final class BadFrameTest {
    private static RunningRelay relay;
    private static JdkSocket bystander;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start();
        bystander = JdkSocket.v1(relay);
    }

    @AfterEach
    void othersAreServedOn() {
        String text = "others " + System.nanoTime();
        relay.post("/broadcast", ForeignNode.generate().broadcast(text));
        assertThat(bystander.nextData()).isEqualTo(text);
    }

    @AfterAll
    static void stop() {
        bystander.close();
        relay.close();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "unmasked text, 81026869, 1002",
        "unmasked ping, 8900, 1002",
        "first reserved bit, c18000000000, 1002",
        "second reserved bit, a18000000000, 1002",
        "third reserved bit, 918000000000, 1002",
        "reserved data opcode, 838000000000, 1002",
        "reserved control opcode, 8b8000000000, 1002",
        "fragmented ping, 098000000000, 1002",
        "long ping, 89fe007e00000000, 1002",
        "length not the shortest, 81fe000100000000, 1002",
        "negative length, 81ffffffffffffffffff00000000, 1002",
        "continuation of nothing, 808000000000, 1002",
        "text within a message, 018000000000818000000000, 1002",
        "close of one byte, 88810000000000, 1002",
        "close with a reserved code, 88820000000003ed, 1002",
        "close with an unknown code, 88820000000003e7, 1002",
        "binary, 828000000000, 1003",
        "invalid UTF-8, 818100000000ff, 1007",
        "invalid UTF-8 in an unfinished frame, 818a00000000ff, 1007",
        "a frame of a terabyte, 81ff000001000000000000000000, 1009",
        "a frame over the limit, 81ff000000000001000100000000, 1009",
    })
    void aFrameThatBreaksTheRulesClosesItsConnection(String what, String hex, int code) {
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.send(bytes(hex));
            assertThat(peer.frame().closeCode()).isEqualTo(code);
            peer.assertEnd();
        }
    }

    @Test
    void aV2PeerIsClosedAlike() {
        try (RawConnection peer = relay.dial().upgradeV2()) {
            peer.frame();
            peer.send(bytes("81026869"));
            assertThat(peer.frame().closeCode()).isEqualTo(1002);
            peer.assertEnd();
        }
    }

    @Test
    void anEndlesslyFragmentedMessageIsCutOff() {
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.sendFrame(0x01, new byte[] {'x'});
            peer.sendUntilRefused(RawConnection.masked(0x00, new byte[] {'x'}), 2_000);
            assertThat(peer.frame().closeCode()).isEqualTo(1002);
            peer.awaitEnd();
        }
    }

    @Test
    void aMessageThatGrowsOverTheLimitInFragmentsIsCutOff() {
        byte[] kilobyte = "x".repeat(1024).getBytes();
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.sendFrame(0x01, kilobyte);
            peer.sendUntilRefused(RawConnection.masked(0x00, kilobyte), 200);
            assertThat(peer.frame().closeCode()).isEqualTo(1009);
            peer.awaitEnd();
        }
    }

    @Test
    void aMessageInFragmentsWithAPingBetweenIsWhole() {
        String message = ForeignNode.generate().broadcast("in fragments");
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.sendFrame(0x01, message.substring(0, 7).getBytes());
            peer.sendFrame(Frame.PING, new byte[] {'?'});
            peer.sendFrame(0x80, message.substring(7).getBytes());
            assertThat(peer.frame().head()).isEqualTo(Frame.PONG);
            assertThat(peer.frame().text()).contains("WS_Success");
        }
        assertThat(bystander.nextData()).isEqualTo("in fragments");
    }

    @Test
    void framesThatDribbleAreWhole() {
        String message = ForeignNode.generate().broadcast("byte by byte");
        try (RawConnection peer = relay.dial().upgrade()) {
            for (byte single : RawConnection.masked(Frame.TEXT, message.getBytes())) {
                peer.send(new byte[] {single});
            }
            assertThat(peer.frame().text()).contains("WS_Success");
        }
        assertThat(bystander.nextData()).isEqualTo("byte by byte");
    }

    @Test
    void nothingAfterACloseIsTaken() {
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.sendFrame(Frame.CLOSE, new byte[] {3, (byte) 0xE8});
            peer.sendUntilRefused(
                    RawConnection.masked(
                            Frame.TEXT,
                            ForeignNode.generate().broadcast("too late").getBytes()),
                    1);
            assertThat(peer.frame().closeCode()).isEqualTo(1000);
            peer.awaitEnd();
        }
    }

    @Test
    void anEmptyCloseIsAnsweredWithAnEmptyOne() {
        try (RawConnection peer = relay.dial().upgrade()) {
            peer.sendFrame(Frame.CLOSE, new byte[0]);
            Frame close = peer.frame();
            assertThat(close.head()).isEqualTo(Frame.CLOSE);
            assertThat(close.payload()).isEmpty();
            peer.assertEnd();
        }
    }

    @Test
    void badTextIsAnsweredAndTheConnectionLives() {
        try (RawConnection peer = relay.dial().upgrade()) {
            for (String text :
                    new String[] {"", "{", "[".repeat(60_000), "{\"a\":".repeat(9_000), "null", "\"x\"", "1e999"}) {
                peer.sendText(text);
                assertThat(peer.frame().text()).contains("WS_Error");
            }
            peer.sendFrame(Frame.PING, new byte[0]);
            assertThat(peer.frame().head()).isEqualTo(Frame.PONG);
        }
    }

    @Test
    void pingsInAFloodAreAllAnswered() {
        try (RawConnection peer = relay.dial().upgrade()) {
            byte[] ping = RawConnection.masked(Frame.PING, new byte[] {'p'});
            for (int i = 0; i < 2_000; i++) {
                peer.send(ping);
            }
            for (int i = 0; i < 2_000; i++) {
                assertThat(peer.frame().head()).isEqualTo(Frame.PONG);
            }
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
