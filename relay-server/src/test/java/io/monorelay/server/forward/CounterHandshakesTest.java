package io.monorelay.server.forward;

import static io.monorelay.server.forward.ScriptedServer.ascii;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV1;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Inbound.HandshakeRequestV1;
import io.monorelay.protocol.Inbound.HandshakeResponseV1;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceBook;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CounterHandshakesTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int MAX_WAITING = 4;
    private static final String OWN_REFERENCE = "http://self.example";

    private final RelayMetrics metrics = new RelayMetrics();
    private final ReferenceBook book =
            new ReferenceBook(20, Duration.ofDays(30), InstantSource.system(), metrics.offences());
    private final NodeIdentity self = NodeIdentity.generate(Messages.ED25519);
    private final NodeIdentity node = NodeIdentity.generate(Messages.ED25519);
    private final NodeIdentity other = NodeIdentity.generate(Messages.ED25519);
    private final HandshakeV1 v1 = new HandshakeV1(Messages.ED25519, Limits.defaults());
    private final HandshakeV2 v2 = new HandshakeV2(Messages.ED25519, Limits.defaults());
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final List<AutoCloseable> open = new ArrayList<>();

    private Loopback loopback;
    private CounterHandshakes handshakes;

    @BeforeEach
    void start() throws Exception {
        loopback = new Loopback();
        open.add(loopback);
        handshakes = handshakes(new AddressPolicy(true));
    }

    private CounterHandshakes handshakes(AddressPolicy policy) {
        HandshakeCaller caller = new HandshakeCaller(self, OWN_REFERENCE, v1, v2, decoder, InstantSource.system());
        return new CounterHandshakes(loopback.caller(policy, TIMEOUT), caller, book, policy, MAX_WAITING, metrics);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @Test
    void nodeThatProvesItsKeyBecomesAReference() throws Exception {
        ScriptedServer server = v1Node(node);
        offer(server, node);

        await().until(() -> book.find(server.uri()) != null);
        assertThat(book.http()).singleElement().satisfies(reference -> {
            assertThat(reference.key()).isEqualTo(node.key());
            assertThat(reference.level()).isEqualTo(Level.V1);
        });
        assertThat(server.requests()).singleElement().asString().startsWith("POST /handshake HTTP/1.1\r\n");
        assertThat(server.bodies()).singleElement().asString().contains("\"ref\":\"" + OWN_REFERENCE + "\"");
        assertThat(metrics.traffic().count(Traffic.COUNTER_HANDSHAKES)).isEqualTo(1);
    }

    @Test
    void nodeOfOursProvesItsKeyByTheSecondHandshake() throws Exception {
        ScriptedServer server = v2Node(node);
        handshakes.offer(server.uri() + "/", node.key());

        await().until(() -> book.find(server.uri()) != null);
        assertThat(book.http()).extracting(HttpReference::level).containsExactly(Level.V2);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void nodeOfOursWithAnotherKeyIsNoReference() throws Exception {
        ScriptedServer server = v2Node(other);
        handshakes.offer(server.uri().toString(), node.key());

        assertRefused(server);
    }

    @Test
    void nodeWithAnotherKeyIsNoReference() throws Exception {
        ScriptedServer server = v1Node(other);
        offer(server, node);

        assertRefused(server);
    }

    @Test
    void nodeThatSignsWronglyIsNoReference() throws Exception {
        ScriptedServer server = v1Node(request -> {
            HandshakeResponseV1 response = v1.respond(request, other, Instant.now());
            return new HandshakeResponseV1(
                    request.key(), request.ref(), node.key(), request.message(), response.signature());
        });
        offer(server, node);

        assertRefused(server);
    }

    @Test
    void nodeThatAnswersAnEarlierHandshakeIsNoReference() throws Exception {
        ScriptedServer server = v1Node(request ->
                v1.respond(v1.request(self, OWN_REFERENCE, Instant.now().minusSeconds(1)), node, Instant.now()));
        offer(server, node);

        assertRefused(server);
    }

    @Test
    void answerThatIsNoHandshakeIsRefused() throws Exception {
        for (String body : new String[] {"", "Message received and valid", "{\"info\":\"hello\"}", "{}"}) {
            ScriptedServer server = open(new ScriptedServer((number, request, out) -> reply(out, ascii(body))));
            offer(server, node);
            assertRefused(server);
        }
    }

    @Test
    void errorStatusIsRefused() throws Exception {
        ScriptedServer server = open(ScriptedServer.answering(
                ascii("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 25\r\n\r\n500 Internal Server Error")));
        offer(server, node);

        assertRefused(server);
    }

    @Test
    void silenceIsGivenUpAndTheAddressMayBeOfferedAgain() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedServer server = open(new ScriptedServer((number, request, out) -> {
            if (number == 0) {
                never.await();
            }
            return reply(out, v1Answer(request, node));
        }));
        offer(server, node);
        await().until(() -> server.requests().size() == 1);
        offer(server, node);

        await().until(() -> {
            offer(server, node);
            return book.find(server.uri()) != null;
        });
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void knownNodeIsNotAskedAgain() throws Exception {
        ScriptedServer known = v1Node(node);
        ScriptedServer unknown = v1Node(other);
        book.verified(known.uri(), node.key(), Level.V1);
        offer(known, node);
        offer(unknown, other);

        await().until(() -> book.find(unknown.uri()) != null);
        assertThat(known.connections()).isZero();
    }

    @Test
    void addressWhoseNodeHasANewKeyIsAskedAgain() throws Exception {
        ScriptedServer server = v1Node(node);
        book.verified(server.uri(), other.key(), Level.V1);
        offer(server, node);

        await().until(() -> node.key().equals(book.http().get(0).key()));
    }

    @Test
    void strangerCannotReplaceAKeyThatItDoesNotHold() throws Exception {
        ScriptedServer server = v1Node(node);
        book.verified(server.uri(), node.key(), Level.V1);
        offer(server, other);

        await().until(() -> server.requests().size() == 1);
        ScriptedServer later = v1Node(other);
        offer(later, other);
        await().until(() -> book.find(later.uri()) != null);
        assertThat(book.find(server.uri()).key()).isEqualTo(node.key());
    }

    @Test
    void ownKeyIsNotAskedBack() throws Exception {
        ScriptedServer server = v1Node(self);
        ScriptedServer later = v1Node(node);
        offer(server, self);
        offer(later, node);

        await().until(() -> book.find(later.uri()) != null);
        assertThat(server.connections()).isZero();
    }

    @Test
    void nodeWithoutAnAddressIsNotAskedBack() {
        handshakes.offer(new HandshakeRequestV1(node.key(), "", "2026-01-01 00:00:00.000000"));

        assertThat(handshakes.waiting()).isZero();
        assertThat(metrics.faults().nonZero()).isEmpty();
    }

    @Test
    void privateAddressIsCountedAndNeverDialled() throws Exception {
        CounterHandshakes strict = handshakes(new AddressPolicy(false));
        ScriptedServer server = v1Node(node);
        strict.offer(server.uri().toString(), node.key());
        strict.offer("file:///etc/passwd", node.key());
        assertThat(metrics.faults().count(Fault.REFERENCE_NOT_ALLOWED)).isEqualTo(2);
        assertThat(strict.waiting()).isZero();

        strict.offer("http://node.example:" + server.port(), node.key());
        await().until(() -> metrics.traffic().count(Traffic.COUNTER_HANDSHAKES) == 1);
        ScriptedServer later = v1Node(other);
        offer(later, other);
        await().until(() -> book.find(later.uri()) != null);
        assertThat(server.connections()).isZero();
        assertThat(book.http()).hasSize(1);
    }

    @Test
    void moreThanMayWaitAreDropped() {
        // While the loop is busy, nothing that waits is called.
        CountDownLatch released = new CountDownLatch(1);
        loopback.loop().execute(() -> awaitUninterruptibly(released));
        for (int i = 0; i < MAX_WAITING + 3; i++) {
            handshakes.offer("http://127.0.0.1:" + (i + 1), node.key());
            handshakes.offer("http://127.0.0.1:" + (i + 1), node.key());
        }
        assertThat(handshakes.waiting()).isEqualTo(MAX_WAITING);
        // The second offer of an address that waits is no drop, that of one that was dropped is.
        assertThat(metrics.drops().count(Drop.COUNTER_HANDSHAKE_QUEUE_FULL)).isEqualTo(6);
        released.countDown();

        await().until(() -> handshakes.waiting() == 0);
        assertThat(metrics.traffic().count(Traffic.COUNTER_HANDSHAKES)).isEqualTo(MAX_WAITING);
    }

    @Test
    void sameHostIsCalledAtIntervals() throws Exception {
        List<Long> times = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            ScriptedServer server = open(new ScriptedServer((number, request, out) -> {
                times.add(System.nanoTime());
                return reply(out, v1Answer(request, node));
            }));
            offer(server, node);
        }

        await().until(() -> times.size() == 3);
        assertThat(times.get(2) - times.get(0)).isGreaterThan(CounterHandshakes.HOST_INTERVAL_NANOS);
    }

    private void offer(ScriptedServer server, NodeIdentity claimed) {
        handshakes.offer(v1.request(claimed, server.uri().toString(), Instant.now()));
    }

    /** Waits until the node was asked and that is over, which shows in another one's turn after it. */
    private void assertRefused(ScriptedServer server) throws IOException {
        await().until(() -> !server.requests().isEmpty());
        NodeIdentity honest = NodeIdentity.generate(Messages.ED25519);
        ScriptedServer later = v1Node(honest);
        offer(later, honest);
        await().until(() -> book.find(later.uri()) != null);
        assertThat(book.find(server.uri())).isNull();
    }

    private interface V1Answers {
        HandshakeResponseV1 answer(HandshakeRequestV1 request) throws ProtocolException;
    }

    private ScriptedServer v1Node(NodeIdentity identity) throws IOException {
        return v1Node(request -> v1.respond(request, identity, Instant.now()));
    }

    private ScriptedServer v1Node(V1Answers answers) throws IOException {
        return open(new ScriptedServer((number, request, out) -> reply(out, v1Answer(request, answers))));
    }

    private byte[] v1Answer(String request, NodeIdentity identity) {
        return v1Answer(request, decoded -> v1.respond(decoded, identity, Instant.now()));
    }

    private byte[] v1Answer(String request, V1Answers answers) {
        try {
            return HandshakeEncoder.response(answers.answer((HandshakeRequestV1) body(request)));
        } catch (ProtocolException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private ScriptedServer v2Node(NodeIdentity identity) throws IOException {
        byte[] challenge = v2.newChallenge();
        return open(new ScriptedServer((number, request, out) -> {
            if (request.startsWith("GET /handshake ")) {
                return reply(
                        out,
                        HandshakeEncoder.hello(v2.hello(
                                identity.key(), challenge, new HandshakeV2.Terms("test", "commit", Map.of(), 25))));
            }
            return reply(out, v2Welcome(request, identity, challenge));
        }));
    }

    private byte[] v2Welcome(String request, NodeIdentity identity, byte[] challenge) {
        try {
            Inbound.HandshakeV2 handshake = (Inbound.HandshakeV2) body(request);
            return HandshakeEncoder.welcome(v2.welcome(
                    v2.accept(handshake, challenge, identity.key(), Set.of(), Instant.now()), identity, 7, null, null));
        } catch (ProtocolException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private Inbound body(String request) throws ProtocolException {
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
        return decoder.decode(body.getBytes(ISO_8859_1));
    }

    private static boolean reply(OutputStream out, byte[] body) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
        out.write(body);
        return true;
    }

    private ScriptedServer open(ScriptedServer server) {
        open.add(server);
        return server;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException endOfTest) {
            Thread.currentThread().interrupt();
        }
    }
}
