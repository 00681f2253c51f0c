package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.RunningRelay;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upgrade, cut anywhere, by either way in, and with a frame in the same packet. */
final class UpgradeInPiecesTest {
    private static final byte[] PING = RawConnection.masked(Frame.PING, new byte[] {'a', 'b', 'c'});
    private static final String ANSWER =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    private static final String LEVEL_2 = "Sec-WebSocket-Protocol: monorelay.v2\r\n";

    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("network.event-loops=1");
    }

    @AfterEach
    void goesOnServing() {
        relay.assertServing();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "keep-alive, Upgrade"})
    void itMayBeCutAnywhere(String connectionHeader) {
        byte[] request = request(connectionHeader, "");
        try (RawConnection witness = relay.dial().upgrade()) {
            for (int cut = 1; cut < request.length; cut++) {
                assertServed(request, cut, witness);
            }
        }
    }

    private static void assertServed(byte[] request, int cut, RawConnection witness) {
        try (RawConnection connection = relay.dial()) {
            connection.send(Arrays.copyOf(request, cut));
            awaitRead(witness);
            connection.send(Arrays.copyOfRange(request, cut, request.length));
            assertThat(connection.head()).as("cut at %d", cut).isEqualTo(ANSWER + "\r\n");
            assertPong(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "keep-alive, Upgrade"})
    void theFirstFrameMayComeWithIt(String connectionHeader) {
        try (RawConnection connection = relay.dial()) {
            connection.send(request(connectionHeader, ""));
            assertThat(connection.head()).isEqualTo(ANSWER + "\r\n");
            assertPong(connection);
            connection.send(PING);
            assertPong(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "keep-alive, Upgrade"})
    void theFirstFrameMayComeWithItAtLevel2(String connectionHeader) {
        try (RawConnection connection = relay.dial()) {
            connection.send(request(connectionHeader, LEVEL_2));
            assertThat(connection.head()).isEqualTo(ANSWER + LEVEL_2 + "\r\n");
            assertThat(connection.frame().text()).startsWith("{\"hello\":");
            assertPong(connection);
        }
    }

    /**
     * Waits until the relay has read what was sent before: its one event loop serves the connections in the order in
     * which their bytes came.
     */
    private static void awaitRead(RawConnection witness) {
        witness.send(PING);
        assertPong(witness);
    }

    private static void assertPong(RawConnection connection) {
        Frame pong = connection.frame();
        assertThat(pong.head()).isEqualTo(Frame.PONG);
        assertThat(pong.text()).isEqualTo("abc");
    }

    /** A request and a ping. */
    private static byte[] request(String connectionHeader, String more) {
        String head = "GET /ws HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: " + connectionHeader
                + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + RawConnection.UPGRADE_KEY + "\r\n" + more
                + "\r\n";
        byte[] request = Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + PING.length);
        System.arraycopy(PING, 0, request, head.length(), PING.length);
        return request;
    }
}
