package io.monorelay.server.forward;

import static io.monorelay.server.forward.ScriptedServer.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.crypto.NodeIdentity;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.Connection;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Form;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.refs.ReferenceBook;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpForwarderTest {
    private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    private static final byte[] FORBIDDEN = ascii("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    private static final Path ORIGINAL = Path.of("../relay-core/src/test/resources/vectors/original/http");

    private final ForwardWorld world = new ForwardWorld();
    private final RelayMetrics metrics = world.metrics;
    private final MessageLog log = world.log;
    private final Messages messages = world.messages;
    private final ReferenceBook book = world.book;
    private final KeyDirectory directory = world.directory;
    private final NodeIdentity sender = world.sender;
    private final NodeIdentity node = world.node;
    private final NodeIdentity other = world.other;

    @BeforeEach
    void start() {
        world.start();
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    @Test
    void everyMessageIsForwardedOnceAndInOrder() throws Exception {
        ScriptedServer server = world.taking();
        book.verified(server.uri(), node.key(), Level.V1);
        List<String> published = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            published.add(messages.publish(sender, "message " + i));
            await().until(() -> server.requests().size() == published.size());
        }

        assertThat(server.bodies()).isEqualTo(published);
        await().until(() -> metrics.traffic().count(Traffic.FORWARDED) == 20);
        assertThat(book.http()).singleElement().satisfies(reference -> {
            assertThat(reference.conduct().successes()).isEqualTo(20);
            assertThat(reference.conduct().failures()).isZero();
        });
        assertThat(metrics.drops().nonZero()).isEmpty();
    }

    @Test
    void connectionToANodeOfOursIsKeptAndThatToAnOriginalIsNot() throws Exception {
        ScriptedServer original = world.taking();
        ScriptedServer ours = world.taking();
        book.verified(original.uri(), node.key(), Level.V1);
        book.verified(ours.uri(), other.key(), Level.V2);
        for (int i = 1; i <= 3; i++) {
            messages.publish(sender, "message " + i);
            int forwarded = 2 * i;
            await().until(() -> metrics.traffic().count(Traffic.FORWARDED) == forwarded);
        }

        assertThat(ours.connections()).isEqualTo(1);
        assertThat(ours.requests()).allMatch(request -> request.contains("\r\nConnection: keep-alive\r\n"));
        assertThat(original.connections()).isEqualTo(3);
        assertThat(original.requests())
                .allMatch(request -> request.contains("\r\nConnection: close\r\n"))
                .allMatch(request -> request.contains("\r\nContent-Type: text/plain\r\n"));
    }

    @Test
    void originalNodeThatClosesAfterEveryAnswerIsForwardedTo() throws Exception {
        byte[] response = Files.readAllBytes(ORIGINAL.resolve("broadcast-simple.response.bin"));
        ScriptedServer server = world.open(ScriptedServer.answering(response));
        book.verified(server.uri(), node.key(), Level.V1);
        String first = messages.publish(sender, "one");
        String second = messages.publish(sender, "two");

        await().untilAsserted(() -> assertThat(server.bodies()).containsExactly(first, second));
        assertThat(server.connections()).isEqualTo(2);
        await().until(() -> metrics.traffic().count(Traffic.FORWARDED) == 2);
    }

    @Test
    void referenceOfTheSenderIsSkipped() throws Exception {
        ScriptedServer own = world.taking();
        ScriptedServer others = world.taking();
        book.verified(own.uri(), sender.key(), Level.V1);
        book.verified(others.uri(), node.key(), Level.V1);
        messages.publish(sender, "from its own");
        String fromNode = messages.publish(node, "from another");

        await().untilAsserted(() -> assertThat(own.bodies()).containsExactly(fromNode));
        await().until(() -> others.requests().size() == 1);
    }

    @Test
    void addressedMessageGoesToTheReferenceWithThatKeyAlone() throws Exception {
        ScriptedServer receiver = world.taking();
        ScriptedServer others = world.taking();
        book.verified(receiver.uri(), node.key(), Level.V2);
        book.verified(others.uri(), other.key(), Level.V2);
        String addressed = messages.publish(sender, node.key(), "for the node", Form.MONOCHAIN);
        String toAll = messages.publish(sender, "for all");

        await().untilAsserted(() -> assertThat(receiver.bodies()).containsExactly(addressed, toAll));
        await().untilAsserted(() -> assertThat(others.bodies()).containsExactly(toAll));
    }

    @Test
    void referenceOfTheOldHandshakeDoesNotKeepAMessageFromOthers() throws Exception {
        ScriptedServer claimant = world.taking();
        ScriptedServer others = world.taking();
        book.verified(claimant.uri(), node.key(), Level.V1);
        book.verified(others.uri(), other.key(), Level.V2);
        String addressed = messages.publish(sender, node.key(), "for the node", Form.MONOCHAIN);

        await().untilAsserted(() -> assertThat(claimant.bodies()).containsExactly(addressed));
        await().untilAsserted(() -> assertThat(others.bodies()).containsExactly(addressed));
    }

    @Test
    void messageForAnUnknownNodeGoesToAll() throws Exception {
        ScriptedServer relay = world.taking();
        book.verified(relay.uri(), node.key(), Level.V1);
        String addressed = messages.publish(sender, other.key(), "for somebody", Form.MONOCHAIN);

        await().untilAsserted(() -> assertThat(relay.bodies()).containsExactly(addressed));
    }

    @Test
    void connectedNodeGetsNothingOverHttp() throws Exception {
        ScriptedServer connected = world.taking();
        ScriptedServer others = world.taking();
        book.verified(connected.uri(), node.key(), Level.V2);
        book.verified(others.uri(), other.key(), Level.V2);
        Peer peer = peer();
        directory.claim(node.key(), peer);
        messages.publish(sender, "to all");
        messages.publish(sender, node.key(), "to the connected", Form.MONOCHAIN);
        String last = messages.publish(sender, other.key(), "to the other", Form.MONOCHAIN);
        await().untilAsserted(() -> assertThat(others.bodies()).hasSize(2).contains(last));
        assertThat(connected.connections()).isZero();

        directory.release(node.key(), peer);
        String later = messages.publish(sender, "after it has gone");
        await().untilAsserted(() -> assertThat(connected.bodies()).containsExactly(later));
    }

    @Test
    void compactFormIsNotForwardedToOriginalNodes() throws Exception {
        ScriptedServer original = world.taking();
        ScriptedServer ours = world.taking();
        book.verified(original.uri(), node.key(), Level.V1);
        book.verified(ours.uri(), other.key(), Level.V2);
        String compact = messages.publish(sender, null, "compact", Form.COMPACT);
        String monochain = messages.publish(sender, "as ever");

        await().untilAsserted(() -> assertThat(ours.bodies()).containsExactly(compact, monochain));
        await().untilAsserted(() -> assertThat(original.bodies()).containsExactly(monochain));
        assertThat(metrics.drops().count(Drop.COMPACT_FORM_FOR_V1)).isEqualTo(1);
    }

    @Test
    void slowReferenceFillsItsOwnQueueAlone() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        ScriptedServer slow = world.open(new ScriptedServer((number, request, out) -> {
            released.await();
            out.write(OK);
            return true;
        }));
        ScriptedServer quick = world.taking();
        book.verified(slow.uri(), node.key(), Level.V1);
        book.verified(quick.uri(), other.key(), Level.V1);
        List<String> published = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            published.add(messages.publish(sender, "message " + i));
            await().until(() -> quick.requests().size() == published.size());
        }

        assertThat(quick.bodies()).isEqualTo(published);
        assertThat(log.heldBytes()).isZero();
        int dropped = 20 - ForwardWorld.QUEUE_MESSAGES - 1;
        assertThat(metrics.drops().count(Drop.FORWARD_QUEUE_FULL)).isEqualTo(dropped);
        released.countDown();
        List<String> expected = new ArrayList<>(published.subList(20 - ForwardWorld.QUEUE_MESSAGES, 20));
        expected.add(0, published.get(0));
        await().untilAsserted(() -> assertThat(slow.bodies()).isEqualTo(expected));
    }

    @Test
    void deadReferenceIsLeftAloneAndOthersAreNotAffected() throws Exception {
        URI dead = deadAddress();
        ScriptedServer alive = world.taking();
        book.verified(dead, node.key(), Level.V1);
        book.verified(alive.uri(), other.key(), Level.V1);
        for (int i = 1; i <= ForwardWorld.FAILURES; i++) {
            messages.publish(sender, "message " + i);
            int failures = i;
            await().until(() -> world.reference(dead).conduct().failuresInARow() == failures);
        }
        messages.publish(sender, "while it is left alone");

        await().until(() -> alive.requests().size() == ForwardWorld.FAILURES + 1);
        assertThat(metrics.drops().count(Drop.FORWARD_FAILED)).isEqualTo(ForwardWorld.FAILURES);
        await().until(() -> metrics.drops().count(Drop.FORWARD_PAUSED) == 1);
        await().until(() -> metrics.traffic().count(Traffic.FORWARDED) == ForwardWorld.FAILURES + 1);
    }

    @Test
    void whatWaitsForAReferenceIsDroppedWhenItIsPaused() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        ScriptedServer failing = world.open(new ScriptedServer((number, request, out) -> {
            released.await();
            return false;
        }));
        book.verified(failing.uri(), node.key(), Level.V1);
        for (int i = 0; i < 6; i++) {
            messages.publish(sender, "message " + i);
        }
        await().until(() -> failing.requests().size() == 1 && log.heldBytes() == 0);
        released.countDown();

        await().until(() -> metrics.drops().count(Drop.FORWARD_PAUSED) == 6 - ForwardWorld.FAILURES);
        assertThat(metrics.drops().count(Drop.FORWARD_FAILED)).isEqualTo(ForwardWorld.FAILURES);
        assertThat(failing.requests()).hasSize(ForwardWorld.FAILURES);
    }

    @Test
    void referenceThatRecoversIsForwardedToAgain() throws Exception {
        AtomicInteger broken = new AtomicInteger(ForwardWorld.FAILURES);
        ScriptedServer server = world.open(new ScriptedServer((number, request, out) -> {
            out.write(broken.getAndDecrement() > 0 ? ascii("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n") : OK);
            return true;
        }));
        book.verified(server.uri(), node.key(), Level.V1);
        for (int i = 0; i < ForwardWorld.FAILURES; i++) {
            messages.publish(sender, "message " + i);
            int failures = i + 1;
            await().until(() -> world.reference(server.uri()).conduct().failuresInARow() == failures);
        }
        messages.publish(sender, "while it is left alone");
        await().until(() -> metrics.drops().count(Drop.FORWARD_PAUSED) == 1);
        AtomicInteger later = new AtomicInteger();
        await().until(() -> {
            messages.publish(sender, "later " + later.getAndIncrement());
            return metrics.traffic().count(Traffic.FORWARDED) > 0;
        });

        assertThat(world.reference(server.uri()).conduct().failuresInARow()).isZero();
        assertThat(server.requests().size()).isGreaterThan(ForwardWorld.FAILURES);
    }

    @Test
    void refusedMessageIsNotTheFaultOfTheReference() throws Exception {
        ScriptedServer server = world.server(FORBIDDEN);
        book.verified(server.uri(), node.key(), Level.V1);
        for (int i = 1; i <= ForwardWorld.FAILURES + 2; i++) {
            messages.publish(sender, "message " + i);
            int requests = i;
            await().until(() -> server.requests().size() == requests);
        }

        await().until(() -> metrics.drops().count(Drop.FORWARD_FAILED) == ForwardWorld.FAILURES + 2);
        assertThat(metrics.drops().count(Drop.FORWARD_PAUSED)).isZero();
        assertThat(world.reference(server.uri()).conduct().failures()).isZero();
    }

    @Test
    void redirectIsAFailureAndNotFollowed() throws Exception {
        ScriptedServer target = world.taking();
        ScriptedServer server = world.server(ascii("HTTP/1.1 308 Permanent Redirect\r\nLocation: " + target.uri()
                + "/broadcast\r\nContent-Length: 0\r\n\r\n"));
        book.verified(server.uri(), node.key(), Level.V1);
        messages.publish(sender, "message");

        await().until(() -> world.reference(server.uri()).conduct().failures() == 1);
        assertThat(target.connections()).isZero();
    }

    @Test
    void removedReferenceGetsNothingMore() throws Exception {
        ScriptedServer removed = world.taking();
        ScriptedServer others = world.taking();
        book.verified(removed.uri(), node.key(), Level.V1);
        book.verified(others.uri(), other.key(), Level.V1);
        messages.publish(sender, "before");
        await().until(() -> removed.requests().size() == 1);
        book.remove(removed.uri());
        messages.publish(sender, "after");

        await().until(() -> others.requests().size() == 2);
        assertThat(removed.requests()).hasSize(1);
    }

    @Test
    void referenceWithANewKeyIsKnownByThat() throws Exception {
        ScriptedServer server = world.taking();
        book.verified(server.uri(), sender.key(), Level.V1);
        book.verified(server.uri(), node.key(), Level.V1);
        String message = messages.publish(sender, "message");

        await().untilAsserted(() -> assertThat(server.bodies()).containsExactly(message));
    }

    @Test
    void logGoesOnAfterTheForwarderIsClosed() throws Exception {
        ScriptedServer server = world.taking();
        book.verified(server.uri(), node.key(), Level.V1);
        world.forwarder().close();
        for (int i = 0; i < 2000; i++) {
            messages.publish(sender, "message " + i);
            if (i % 256 == 0) {
                await().until(() -> log.heldBytes() == 0);
            }
        }

        assertThat(server.connections()).isZero();
    }

    private static URI deadAddress() throws IOException {
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + unused.getLocalPort());
        }
    }

    private static Peer peer() {
        EmbeddedChannel channel = new EmbeddedChannel();
        return new Peer(
                new Connection() {
                    @Override
                    public Channel channel() {
                        return channel;
                    }

                    @Override
                    public void close(CloseCode code, String reason) {
                        channel.close();
                    }
                },
                FrameFormat.V2);
    }
}
