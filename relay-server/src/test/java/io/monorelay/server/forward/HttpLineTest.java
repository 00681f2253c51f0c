package io.monorelay.server.forward;

import static io.monorelay.server.forward.ScriptedServer.ascii;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.refs.AddressPolicy;
import io.monorelay.server.forward.CallResult.Answer;
import io.monorelay.server.forward.CallResult.Failure;
import io.monorelay.server.forward.CallResult.Garbage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpLineTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final byte[] KEPT_OK = ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    private static final Path ORIGINAL = Path.of("../relay-core/src/test/resources/vectors/original/http");

    private Loopback loopback;

    @BeforeEach
    void open() throws Exception {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void requestIsOneThatAnOriginalNodeReads() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(KEPT_OK)) {
            call(server.uri().resolve("/relay"), HttpCall.post("/broadcast", ascii("body")));

            assertThat(server.requests())
                    .containsExactly("POST /relay/broadcast HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                            + "\r\nUser-Agent: monorelay\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
                            + "Connection: keep-alive\r\n\r\nbody");
        }
    }

    @Test
    void answerOfAnOriginalNodeIsRead() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.answering(Files.readAllBytes(ORIGINAL.resolve("broadcast-simple.response.bin")))) {
            assertThat(text(call(server.uri(), post()))).isEqualTo("200 Message received and valid");
        }
    }

    @Test
    void refusalOfAnOriginalNodeIsRead() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.answering(Files.readAllBytes(ORIGINAL.resolve("broadcast-badsig.response.bin")))) {
            assertThat(text(call(server.uri(), post()))).isEqualTo("500 500 Internal Server Error");
        }
    }

    @Test
    void answerWithoutALengthEndsWithTheConnection() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(ascii("HTTP/1.0 200 OK\r\n\r\nto the end"))) {
            assertThat(text(call(server.uri(), post()))).isEqualTo("200 to the end");
        }
    }

    @Test
    void interimAnswerIsNotTheAnswer() throws Exception {
        byte[] interim = ascii("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (ScriptedServer server = ScriptedServer.answering(interim)) {
            assertThat(text(call(server.uri(), post()))).isEqualTo("200 ok");
        }
    }

    @Test
    void connectionIsKeptForTheNextCall() throws Exception {
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            out.write(KEPT_OK);
            return true;
        })) {
            HttpLine line = loopback.caller(TIMEOUT).line(server.uri());
            for (int i = 0; i < 3; i++) {
                assertThat(text(loopback.call(line, post()))).isEqualTo("200 ok");
            }

            assertThat(server.requests()).hasSize(3);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void connectionIsNotKeptWhenTheNodeClosesIt() throws Exception {
        byte[] last = ascii("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            out.write(last);
            return true;
        })) {
            HttpLine line = loopback.caller(TIMEOUT).line(server.uri());
            loopback.call(line, post());
            loopback.call(line, post());

            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void callThatMeetsAClosingConnectionIsMadeOnceMoreOnANewOne() throws Exception {
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            if (number != 1) {
                out.write(KEPT_OK);
            }
            return number == 0;
        })) {
            HttpLine line = loopback.caller(TIMEOUT).line(server.uri());
            loopback.call(line, post());

            assertThat(text(loopback.call(line, post()))).isEqualTo("200 ok");
            assertThat(server.requests()).hasSize(3);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void freshConnectionThatClosesIsNotTriedAgain() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(new byte[0])) {
            assertThat(reason(call(server.uri(), post()))).contains("closed the connection without an answer");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void answerThatNobodyAskedForEndsTheConnection() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            out.write(KEPT_OK);
            if (number == 0) {
                out.flush();
                second.await();
                out.write(KEPT_OK);
            }
            return true;
        })) {
            HttpLine line = loopback.caller(TIMEOUT).line(server.uri());
            loopback.call(line, post());
            second.countDown();
            await().untilAsserted(() -> {
                assertThat(text(loopback.call(line, post()))).isEqualTo("200 ok");
                assertThat(server.connections()).isGreaterThan(1);
            });
        }
    }

    @Test
    void redirectIsAnAnswerLikeAnother() throws Exception {
        try (ScriptedServer target = ScriptedServer.answering(KEPT_OK);
                ScriptedServer server = ScriptedServer.answering(ascii("HTTP/1.1 307 Temporary Redirect\r\nLocation: "
                        + target.uri() + "/broadcast\r\nContent-Length: 0\r\n\r\n"))) {
            assertThat(text(call(server.uri(), post()))).isEqualTo("307 ");
            assertThat(target.connections()).isZero();
        }
    }

    @Test
    void silenceEndsWithTheTimeout() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            never.await();
            return false;
        })) {
            assertThat(reason(call(SHORT, server.uri(), post()))).contains("no answer", "PT0.2S");
        }
    }

    @Test
    void tricklingAnswerEndsWithTheTimeout() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"));
            while (!stop.get()) {
                out.write('x');
                out.flush();
                LockSupport.parkNanos(1_000_000);
            }
            return false;
        })) {
            assertThat(call(SHORT, server.uri(), post())).isNotInstanceOf(Answer.class);
            stop.set(true);
        }
    }

    @Test
    void longAnswerIsNotReadToItsEnd() throws Exception {
        byte[] head = ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] chunk = ascii("1000\r\n" + "x".repeat(4096) + "\r\n");
        AtomicInteger sent = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            out.write(head);
            for (int i = 0; i < 100_000; i++) {
                out.write(chunk);
                sent.incrementAndGet();
            }
            return false;
        })) {
            assertThat(call(server.uri(), post())).isInstanceOf(Garbage.class);
            assertThat(sent.get()).isLessThan(100_000);
        }
    }

    @Test
    void whatIsNotHttpIsNoAnswer() throws Exception {
        for (String nonsense : new String[] {
            "hello\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nX: " + "x".repeat(10_000) + "\r\n\r\n"
        }) {
            try (ScriptedServer server = ScriptedServer.answering(ascii(nonsense))) {
                CallResult result = call(server.uri(), post());
                assertThat(result).isInstanceOf(Garbage.class);
                assertThat(((Garbage) result).reason()).contains("no HTTP from " + server.uri());
            }
        }
    }

    @Test
    void closedPortIsAFailure() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }

        assertThat(reason(call(URI.create("http://127.0.0.1:" + port), post()))).contains("cannot connect to");
    }

    @Test
    void nextAddressOfANameIsTriedWhenTheFirstDoesNotAnswer() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(KEPT_OK)) {
            InetAddress nobody = InetAddress.getByName("127.0.0.2");
            InetAddress here = InetAddress.getByName("127.0.0.1");
            HttpCaller caller = loopback.caller(
                    new AddressResolver(new AddressPolicy(true), host -> new InetAddress[] {nobody, here}), TIMEOUT);
            HttpLine line = caller.line(URI.create("http://node.example:" + server.port()));

            assertThat(text(loopback.call(line, post()))).isEqualTo("200 ok");
        }
    }

    @Test
    void nameOfAPrivateAddressIsNeverDialled() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(KEPT_OK)) {
            HttpCaller caller = loopback.caller(new AddressPolicy(false), TIMEOUT);
            for (String host : new String[] {"node.example", "localhost", "127.0.0.1"}) {
                HttpLine line = caller.line(URI.create("http://" + host + ":" + server.port()));

                assertThat(reason(loopback.call(line, post()))).contains("is at a loopback address");
            }
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void nameThatChangesItsAddressAfterTheCheckGainsNothing() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(KEPT_OK)) {
            AtomicInteger lookups = new AtomicInteger();
            // Where nobody listens when it is checked, and at the server when anybody looks a second time.
            AddressResolver rebinding = new AddressResolver(new AddressPolicy(true), host -> {
                boolean first = lookups.getAndIncrement() == 0;
                return new InetAddress[] {InetAddress.getByName(first ? "127.0.0.2" : "127.0.0.1")};
            });
            HttpLine line = loopback.caller(rebinding, SHORT).line(URI.create("http://node.example:" + server.port()));

            assertThat(loopback.call(line, post())).isInstanceOf(Failure.class);
            assertThat(lookups).hasValue(1);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void unknownNameIsAFailure() {
        HttpCaller caller = loopback.caller(
                new AddressResolver(new AddressPolicy(true), host -> {
                    throw new UnknownHostException(host);
                }),
                TIMEOUT);
        HttpLine line = caller.line(URI.create("http://node.example"));

        assertThat(reason(loopback.call(line, post()))).contains("UnknownHostException", "node.example");
    }

    @Test
    void slowLookupEndsWithTheTimeout() {
        CountDownLatch never = new CountDownLatch(1);
        try (AddressResolver resolver = new AddressResolver(new AddressPolicy(true), host -> {
            try {
                never.await();
            } catch (InterruptedException endOfTest) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        })) {
            HttpLine line = loopback.caller(resolver, SHORT).line(URI.create("http://node.example"));

            assertThat(reason(loopback.call(line, post()))).contains("no answer from http://node.example");
        }
    }

    @Test
    void secondCallAtATimeIsAMistakeOfOurs() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((number, request, out) -> {
            never.await();
            return false;
        })) {
            HttpLine line = loopback.caller(TIMEOUT).line(server.uri());
            Throwable thrown = loopback.await(result -> {
                line.call(post(), ignored -> {});
                try {
                    line.call(post(), ignored -> {});
                } catch (IllegalStateException busy) {
                    result.accept(busy);
                }
                line.close();
            });
            assertThatThrownBy(() -> {
                        throw thrown;
                    })
                    .hasMessageContaining("a call to " + server.uri() + " already");
        }
    }

    private static HttpCall post() {
        return HttpCall.post("/broadcast", ascii("{}"));
    }

    private CallResult call(URI reference, HttpCall call) {
        return call(TIMEOUT, reference, call);
    }

    private CallResult call(Duration timeout, URI reference, HttpCall call) {
        return loopback.call(loopback.caller(timeout).line(reference), call);
    }

    private static String text(CallResult result) {
        assertThat(result).isInstanceOf(Answer.class);
        Answer answer = (Answer) result;
        return answer.status() + " " + new String(answer.body(), UTF_8);
    }

    private static String reason(CallResult result) {
        assertThat(result).isInstanceOf(Failure.class);
        return ((Failure) result).reason();
    }
}
