package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.node.RunningRelay;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connection begins with, and how long it may take for it. */
final class ConnectionStartTest {
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: relay\r\n\r\n";

    private static RunningRelay relay;

    @BeforeAll
    static void start() {
        relay = RunningRelay.start("timeouts.request=500ms", "timeouts.keep-alive=200ms");
    }

    @AfterEach
    void goesOnServing() {
        relay.assertServing();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "TLS, 16030100f0010000ec0303",
        "HTTP/2 without upgrade in lower case, 707269202a20",
        "zeros, 0000000000000000",
        "garbage, ffd8a0b1c2d3e4f5",
        "a method without end, 4141414141414141414141414141414141414141414141",
        "SSH, 5353482d322e302d",
        "line ends, 0d0a0d0a0d0a",
    })
    void whatIsNotHttpIsToldSoAndClosed(String what, String hex) {
        try (RawConnection connection = relay.dial()) {
            connection.send(HexFormat.of().parseHex(hex));
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.info()).contains("expected an HTTP/1.1 request");
            connection.awaitEnd();
        }
    }

    @Test
    void aMethodMayComeByteByByte() {
        try (RawConnection connection = relay.dial()) {
            for (char character : LIVE.toCharArray()) {
                connection.send(String.valueOf(character));
            }
            assertThat(connection.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() {
        try (RawConnection connection = relay.dial()) {
            connection.assertEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({"GE", "GET / HT", "'GET / HTTP/1.1\r\nHost: re'"})
    void halfAHeadAndThenSilenceIsTimedOut(String half) {
        try (RawConnection connection = relay.dial()) {
            assertThat(connection.send(half).answer().status()).isEqualTo(408);
            connection.assertEnd();
        }
    }

    @Test
    void halfABodyAndThenSilenceIsTimedOut() {
        try (RawConnection connection = relay.dial()) {
            connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: 100\r\n\r\n{\"message\":");
            HttpAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.code()).isEqualTo(408);
            connection.assertEnd();
        }
    }

    @Test
    void aRequestWhoseBytesDribbleIsTimedOutAllTheSame() {
        ScheduledExecutorService dribble = Executors.newSingleThreadScheduledExecutor();
        try (RawConnection connection = relay.dial()) {
            connection.send("GET / HTTP/1.1\r\nX: ");
            dribble.scheduleAtFixedRate(
                    () -> connection.sendUntilRefused(new byte[] {'x'}, 1), 20, 20, TimeUnit.MILLISECONDS);
            assertThat(connection.answer().status()).isEqualTo(408);
            connection.awaitEnd();
        } finally {
            dribble.shutdownNow();
        }
    }

    @Test
    void aSecondRequestHasADeadlineOfItsOwn() {
        try (RawConnection connection = relay.dial()) {
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            assertThat(connection.send("GET / HTTP/1.1\r\n").answer().status()).isEqualTo(408);
            connection.assertEnd();
        }
    }

    @Test
    void aConnectionThatIsIdleBetweenRequestsIsClosedWithoutAWord() {
        try (RawConnection connection = relay.dial()) {
            assertThat(connection.send(LIVE).answer().status()).isEqualTo(200);
            connection.assertEnd();
        }
    }

    @Test
    void aWebSocketHasNoDeadlineOfARequest() {
        try (RawConnection socket = relay.dial().upgrade();
                RawConnection silent = relay.dial()) {
            silent.assertEnd();
            socket.sendFrame(Frame.PING, new byte[0]);
            assertThat(socket.frame().head()).isEqualTo(Frame.PONG);
        }
    }
}
