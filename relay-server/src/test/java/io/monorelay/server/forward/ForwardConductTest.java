package io.monorelay.server.forward;

import static io.monorelay.server.forward.ScriptedServer.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.crypto.NodeIdentity;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Offence;
import io.monorelay.refs.Grudge;
import io.monorelay.refs.HttpReference.Level;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held against a node to which messages are forwarded, what is not, and what follows from it. */
@Timeout(60)
class ForwardConductTest {
    private static final byte[] BAD_REQUEST = ascii("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    private static final byte[] FORBIDDEN = ascii("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

    private final ForwardWorld world = new ForwardWorld();

    @AfterEach
    void stop() throws Exception {
        world.close();
    }

    @Test
    void nodeThatCallsForeignMessagesInvalidIsNotBlamedForThat() throws Exception {
        world.start();
        ScriptedServer server = world.server(BAD_REQUEST);
        world.book.verified(server.uri(), world.node.key(), Level.V2);
        world.messages.publish(world.sender, "of somebody else");
        await().until(() -> world.metrics.drops().count(Drop.FORWARD_FAILED) == 1);

        assertThat(world.metrics.offences().nonZero()).isEmpty();
        assertThat(world.reference(server.uri()).conduct().isAvoided(world.clock.instant()))
                .isFalse();
    }

    @Test
    void nodeThatCallsOurOwnMessageMalformedIsAvoidedForAWhile() throws Exception {
        world.start();
        ScriptedServer server = world.server(BAD_REQUEST);
        assertOffends(server, world.self, Level.V2, Offence.OWN_MESSAGE_REFUSED);
    }

    @Test
    void ownMessageThatIsRefusedForAnotherReasonIsNoOffence() throws Exception {
        world.start();
        ScriptedServer server = world.server(FORBIDDEN);
        world.book.verified(server.uri(), world.node.key(), Level.V2);
        world.messages.publish(world.self, "perhaps our clock is wrong");
        await().until(() -> world.metrics.drops().count(Drop.FORWARD_FAILED) == 1);

        assertThat(world.metrics.offences().nonZero()).isEmpty();
    }

    @Test
    void nodeOfOursThatAcknowledgesSomethingElseIsAvoidedForAWhile() throws Exception {
        world.start();
        String another = world.messages.publish(world.sender, "another");
        await().until(() -> world.log.heldBytes() == 0);
        byte[] body = Messages.acknowledgement(another);
        ScriptedServer server = world.server(ForwardWorld.ok(body));
        assertOffends(server, world.sender, Level.V2, Offence.INVALID_ANSWER);
    }

    @Test
    void nodeThatAnswersWithWhatIsNoHttpIsAvoidedForAWhile() throws Exception {
        world.start();
        ScriptedServer server = world.server(ascii("220 mail.example ESMTP\r\n\r\n"));
        assertOffends(server, world.sender, Level.V1, Offence.INVALID_ANSWER);
    }

    @Test
    void nodeThatHangsUpOrIsSilentIsNotBlamed() throws Exception {
        world.start();
        ScriptedServer server = world.open(ScriptedServer.answering(new byte[0]));
        world.book.verified(server.uri(), world.node.key(), Level.V2);
        world.messages.publish(world.sender, "message");
        await().until(() -> world.reference(server.uri()).conduct().failures() == 1);

        assertThat(world.metrics.offences().nonZero()).isEmpty();
    }

    /** One offence, after which the node gets nothing for a minute, and then everything again. */
    private void assertOffends(ScriptedServer server, NodeIdentity sender, Level level, Offence offence)
            throws IOException {
        ScriptedServer others = world.taking();
        world.book.verified(server.uri(), world.node.key(), level);
        world.book.verified(others.uri(), world.other.key(), Level.V2);
        world.messages.publish(sender, "message");
        await().until(() -> world.metrics.offences().count(offence) == 1);
        world.messages.publish(sender, "while it is avoided");
        await().until(() -> world.metrics.drops().count(Drop.FORWARD_AVOIDED) == 1);
        await().until(() -> others.requests().size() == 2);
        assertThat(server.requests()).hasSize(1);
        assertThat(world.reference(others.uri()).conduct().grudge()).isEqualTo(Grudge.NONE);

        world.clock.pass(Duration.ofSeconds(60));
        world.messages.publish(sender, "after it was avoided");
        await().until(() -> server.requests().size() == 2);
        assertThat(world.metrics.offences().nonZero().keySet()).containsExactly(offence);
    }

    @Test
    void whenCallsAreFewTheTrustedComeFirst() throws Exception {
        world.start(1);
        CountDownLatch released = new CountDownLatch(1);
        List<URI> order = new CopyOnWriteArrayList<>();
        ScriptedServer slow = world.open(new ScriptedServer((number, request, out) -> {
            released.await();
            out.write(ForwardWorld.acknowledging(request));
            return true;
        }));
        world.book.verified(slow.uri(), world.other.key(), Level.V2);
        String first = world.messages.publish(world.sender, "takes the only slot");
        await().untilAsserted(() -> assertThat(slow.bodies()).containsExactly(first));
        List<ScriptedServer> servers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ScriptedServer[] own = new ScriptedServer[1];
            own[0] = world.open(new ScriptedServer((number, request, out) -> {
                order.add(own[0].uri());
                out.write(ForwardWorld.acknowledging(request));
                return true;
            }));
            servers.add(own[0]);
            world.book.verified(
                    own[0].uri(), NodeIdentity.generate(Messages.ED25519).key(), Level.V2);
        }
        for (int i : new int[] {2, 0, 0, 3, 3, 3}) {
            world.book.succeeded(servers.get(i).uri(), Duration.ofMillis(1));
        }
        world.messages.publish(world.sender, "for all");
        await().until(() -> world.log.heldBytes() == 0);
        assertThat(order).isEmpty();
        released.countDown();

        await().until(() -> order.size() == 4);
        assertThat(order)
                .containsExactly(
                        servers.get(3).uri(),
                        servers.get(0).uri(),
                        servers.get(2).uri(),
                        servers.get(1).uri());
        await().until(() -> slow.requests().size() == 2);
    }
}
