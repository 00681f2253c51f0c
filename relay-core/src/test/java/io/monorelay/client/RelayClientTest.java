package io.monorelay.client;

import static io.monorelay.client.ClientFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.LinkStatus.State;
import io.monorelay.client.ScriptedRelay.Conversation;
import io.monorelay.client.UnpublishedException.Reason;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ReplyEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RelayClientTest {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
    private static final ReconnectPolicy SOON = new ReconnectPolicy(
            Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(10));

    private final HandshakeV2 handshakes = new HandshakeV2(ED25519, Limits.defaults());
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private Relay one;
    private Relay two;
    private RelayClient client;

    /** A scripted relay with its key. */
    private record Relay(ScriptedRelay server, NodeIdentity identity) {
        static Relay start() throws Exception {
            return new Relay(ScriptedRelay.start(), NodeIdentity.generate(ED25519));
        }
    }

    @BeforeEach
    void start() throws Exception {
        one = Relay.start();
        two = Relay.start();
    }

    @AfterEach
    void stop() throws Exception {
        one.server().close();
        two.server().close();
        if (client != null) {
            get(client.close());
        }
    }

    private RelayClientBuilder describe(Relay... relays) {
        RelayClientBuilder builder = RelayClient.builder()
                .ed25519(ED25519)
                .options(ClientOptions.defaults().withReconnect(SOON))
                .onMessage(delivery -> received.add(delivery.data()));
        for (Relay relay : relays) {
            builder.relay(relay.server().uri());
        }
        return builder;
    }

    private void startWith(Relay... relays) {
        client = describe(relays).start();
    }

    private Conversation welcome(Relay relay) throws Exception {
        Conversation conversation = relay.server().accept();
        conversation.handshake(handshakes, relay.identity());
        return conversation;
    }

    private String nextReceived() throws InterruptedException {
        return received.poll(10, TimeUnit.SECONDS);
    }

    private static DecodedMessage nextPublished(Conversation relay) throws Exception {
        Inbound next = relay.nextInbound();
        while (next instanceof Inbound.Ack) {
            next = relay.nextInbound();
        }
        return ((Inbound.Publish) next).message();
    }

    private static MessageId idOf(DecodedMessage message) {
        return new MessageVerifier(ED25519).idOf(message);
    }

    private static void acknowledge(Conversation relay, DecodedMessage message, long position) throws Exception {
        relay.send(ReplyEncoder.success(new Inbound.Success("", idOf(message), position, null, null)));
    }

    private static void refuse(Conversation relay, DecodedMessage message, int code, Long retryAfterMillis)
            throws Exception {
        relay.send(ReplyEncoder.refusal(new Inbound.Refusal(code, "no", idOf(message), retryAfterMillis)));
    }

    private static byte[] signed(String data) {
        return new MessageSigner(NodeIdentity.generate(ED25519), Form.COMPACT)
                .broadcast(null, data, Instant.ofEpochSecond(1_790_000_000));
    }

    private static Reason reasonOf(CompletionStage<?> answer) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("expected a failure, got " + get(answer));
        } catch (ExecutionException e) {
            return ((UnpublishedException) e.getCause()).reason();
        }
    }

    // receiving

    @Test
    void aMessageThatTwoRelaysBringIsGivenOnce() throws Exception {
        startWith(one, two);
        byte[] text = signed("news");
        Conversation first = welcome(one);
        Conversation second = welcome(two);
        first.send(RelayLinkTest.delivery(50, text));
        assertThat(nextReceived()).isEqualTo("news");
        second.send(RelayLinkTest.delivery(70, text));
        second.send(RelayLinkTest.delivery(71, signed("later")));
        assertThat(nextReceived()).isEqualTo("later");
        assertThat(client.counters().count(ClientEvent.RECEIVED_AGAIN)).isEqualTo(1);

        second.close();
        assertThat(welcome(two).askedToResumeAfter())
                .as("what came again is processed too")
                .isEqualTo(71);
    }

    @Test
    void aNodesOwnMessageThatComesBackByAnotherRelayIsNotGiven() throws Exception {
        startWith(one, two);
        Conversation first = welcome(one);
        Conversation second = welcome(two);
        byte[] text = signed("mine");
        CompletionStage<Publication> answer = client.publishText(text);
        acknowledge(first, nextPublished(first), 7);
        get(answer);
        second.send(RelayLinkTest.delivery(70, text));
        second.send(RelayLinkTest.delivery(71, signed("another's")));
        assertThat(nextReceived()).isEqualTo("another's");
    }

    // publishing

    @Test
    void whatIsPublishedGoesToEveryRelayAndTheFirstAnswerCounts() throws Exception {
        startWith(one, two);
        Conversation first = welcome(one);
        Conversation second = welcome(two);
        CompletionStage<Publication> answer = client.publish("hello");
        DecodedMessage atOne = nextPublished(first);
        DecodedMessage atTwo = nextPublished(second);
        assertThat(idOf(atOne)).isEqualTo(idOf(atTwo));
        acknowledge(second, atTwo, 9);
        assertThat(get(answer))
                .isEqualTo(new Publication.Accepted(idOf(atTwo), two.server().uri(), 9L, null, null));
        assertThat(client.waiting()).isZero();
    }

    @Test
    void whatIsPublishedWhileThereIsNoLinkWaitsForOne() throws Exception {
        startWith(one);
        CompletionStage<Publication> early = client.publish("early");
        CompletionStage<Publication> next = client.publish("next");
        assertThat(client.waiting()).isEqualTo(2);
        Conversation relay = welcome(one);
        DecodedMessage first = nextPublished(relay);
        assertThat(first.data()).isEqualTo("early");
        DecodedMessage second = nextPublished(relay);
        assertThat(second.data()).isEqualTo("next");
        acknowledge(relay, first, 1);
        acknowledge(relay, second, 2);
        get(early);
        get(next);
    }

    @Test
    void whatABrokenLinkLeftUnansweredIsSentAgainAsItWas() throws Exception {
        startWith(one);
        Conversation broken = welcome(one);
        CompletionStage<Publication> answer = client.publish("hello");
        MessageId id = idOf(nextPublished(broken));
        broken.close();
        Conversation again = welcome(one);
        DecodedMessage sentAgain = nextPublished(again);
        assertThat(idOf(sentAgain)).isEqualTo(id);
        acknowledge(again, sentAgain, 3);
        assertThat(get(answer).id()).isEqualTo(id);
    }

    @Test
    void aRelayThatIsToBeTriedAgainLaterIsGivenItsTimeAndTheOrderIsKept() throws Exception {
        startWith(one);
        Conversation relay = welcome(one);
        client.publish("one");
        client.publish("two");
        DecodedMessage first = nextPublished(relay);
        DecodedMessage second = nextPublished(relay);
        refuse(relay, second, 503, 400L);
        refuse(relay, first, 503, 400L);
        Instant refused = Instant.now();
        assertThat(nextPublished(relay).data()).isEqualTo("one");
        assertThat(Duration.between(refused, Instant.now())).isGreaterThan(Duration.ofMillis(300));
        assertThat(nextPublished(relay).data()).isEqualTo("two");
    }

    @Test
    void aMessageIsRefusedWhenEveryRelayRefusesIt() throws Exception {
        startWith(one, two);
        Conversation first = welcome(one);
        Conversation second = welcome(two);
        CompletionStage<Publication> answer = client.publish("hello");
        refuse(first, nextPublished(first), 403, null);
        DecodedMessage atTwo = nextPublished(second);
        assertThat(answer.toCompletableFuture()).isNotDone();
        refuse(second, atTwo, 400, null);
        // The answer of the last, whichever that is: they come over two connections.
        assertThat(get(answer))
                .isIn(
                        new Publication.Refused(idOf(atTwo), one.server().uri(), 403, "no", null),
                        new Publication.Refused(idOf(atTwo), two.server().uri(), 400, "no", null));
    }

    @Test
    void oneRelaysRefusalDoesNotMatterWhenAnotherTakesTheMessage() throws Exception {
        startWith(one, two);
        Conversation first = welcome(one);
        CompletionStage<Publication> answer = client.publish("hello");
        refuse(first, nextPublished(first), 400, null);
        Conversation second = welcome(two);
        acknowledge(second, nextPublished(second), 5);
        assertThat(get(answer)).isInstanceOf(Publication.Accepted.class);
    }

    @Test
    void aMessageThatIsTooLongForARelayIsRefusedWithoutBeingSent() throws Exception {
        startWith(one);
        Conversation relay = welcome(one);
        CompletionStage<Publication> tooLong = client.publish("x".repeat(70_000));
        assertThat(get(tooLong))
                .isInstanceOfSatisfying(
                        Publication.Refused.class,
                        refused -> assertThat(refused.info()).contains("at most 65536"));
        client.publish("short");
        assertThat(nextPublished(relay).data()).isEqualTo("short");
    }

    @Test
    void aRelayThatWasAwayGetsWhatItMissed() throws Exception {
        startWith(one, two);
        Conversation first = welcome(one);
        CompletionStage<Publication> answer = client.publish("while two is away");
        acknowledge(first, nextPublished(first), 5);
        get(answer);
        Conversation second = welcome(two);
        assertThat(nextPublished(second).data()).isEqualTo("while two is away");
    }

    // bounds

    @Test
    void noMoreThanTheLimitWaitAndEachAnswerMakesRoom() throws Exception {
        client = describe(one)
                .queue(new QueueLimits(2, 1024 * 1024, Duration.ofMinutes(1)))
                .start();
        CompletionStage<Publication> first = client.publish("1");
        client.publish("2");
        assertThat(reasonOf(client.publish("3"))).isEqualTo(Reason.QUEUE_FULL);
        Conversation relay = welcome(one);
        acknowledge(relay, nextPublished(relay), 1);
        get(first);
        client.publish("4");
        assertThat(nextPublished(relay).data()).isEqualTo("2");
        assertThat(nextPublished(relay).data()).isEqualTo("4");
    }

    @Test
    void noMoreBytesThanTheLimitWait() throws Exception {
        client = describe(one)
                .queue(new QueueLimits(100, 2000, Duration.ofMinutes(1)))
                .start();
        client.publish("x".repeat(1000));
        assertThat(reasonOf(client.publish("x".repeat(1000)))).isEqualTo(Reason.QUEUE_FULL);
        assertThat(client.counters().count(ClientEvent.UNPUBLISHED)).isEqualTo(1);
    }

    @Test
    void whatSomeRelayHasIsKeptForAnotherWithinTheSameBoundsAndCountedBeyond() throws Exception {
        client = describe(one, two)
                .queue(new QueueLimits(2, 1024 * 1024, Duration.ofMinutes(1)))
                .start();
        Conversation first = welcome(one);
        for (int i = 1; i <= 3; i++) {
            CompletionStage<Publication> answer = client.publish("message " + i);
            acknowledge(first, nextPublished(first), i);
            get(answer);
        }
        Conversation second = welcome(two);
        assertThat(nextPublished(second).data()).isEqualTo("message 2");
        assertThat(nextPublished(second).data()).isEqualTo("message 3");
        assertThat(client.counters().count(ClientEvent.NOT_KEPT_FOR_A_RELAY)).isEqualTo(1);
    }

    @Test
    void whatNoRelayHasTakenInTimeIsGivenUp() throws Exception {
        client = describe(one)
                .queue(new QueueLimits(2, 1024 * 1024, Duration.ofMillis(100)))
                .start();
        assertThat(reasonOf(client.publish("late"))).isEqualTo(Reason.TOO_OLD);
        assertThat(client.waiting()).isZero();
        Conversation relay = welcome(one);
        client.publish("in time");
        assertThat(nextPublished(relay).data()).isEqualTo("in time");
    }

    @Test
    void whereEveryRelayWantsThisNodeToStayAwayNothingIsPublished() throws Exception {
        startWith(one);
        CompletionStage<Publication> waiting = client.publish("waiting");
        Conversation relay = welcome(one);
        nextPublished(relay);
        relay.sendClose(1008, "go");
        relay.close();
        assertThat(reasonOf(waiting)).isEqualTo(Reason.NO_RELAY_LEFT);
        assertThat(reasonOf(client.publish("later"))).isEqualTo(Reason.NO_RELAY_LEFT);
        assertThat(client.relays())
                .singleElement()
                .satisfies(status -> assertThat(status.state()).isEqualTo(State.STAYING_AWAY));
    }

    // relays that come and go

    @Test
    void aRelayThatIsAddedGetsWhatWaitsAndOneThatIsRemovedIsWaitedForNoLonger() throws Exception {
        startWith(one);
        CompletionStage<Publication> answer = client.publish("hello");
        Conversation first = welcome(one);
        refuse(first, nextPublished(first), 503, 60_000L);
        client.add(two.server().uri());
        Conversation second = welcome(two);
        refuse(second, nextPublished(second), 403, null);
        assertThat(answer.toCompletableFuture()).isNotDone();
        client.remove(one.server().uri());
        assertThat(get(answer)).isInstanceOf(Publication.Refused.class);
        assertThat(client.relays())
                .extracting(LinkStatus::relay)
                .containsExactly(two.server().uri());
    }

    @Test
    void aClientThatIsClosedFailsWhatWaitsAndTakesNothingMore() throws Exception {
        startWith(one);
        CompletionStage<Publication> waiting = client.publish("waiting");
        Conversation relay = welcome(one);
        await().until(() -> client.relays().getFirst().state() == State.OPEN);
        CompletionStage<Void> closed = client.close();
        assertThat(reasonOf(waiting)).isEqualTo(Reason.CLOSED);
        assertThat(reasonOf(client.publish("late"))).isEqualTo(Reason.CLOSED);
        relay.close();
        get(closed);
    }

    @Test
    void aMessageThatTheListenerFailedWithComesAgain() throws Exception {
        AtomicBoolean hasFailed = new AtomicBoolean();
        client = describe(one)
                .onMessage(delivery -> {
                    if (hasFailed.compareAndSet(false, true)) {
                        received.add("failed with it");
                        throw new IllegalStateException("of the test");
                    }
                    received.add(delivery.data());
                })
                .start();
        Conversation first = welcome(one);
        byte[] text = signed("news");
        first.send(RelayLinkTest.delivery(50, text));
        first.next();
        first.close();
        Conversation second = welcome(one);
        assertThat(second.askedToResumeAfter()).isEqualTo(49);
        second.send(RelayLinkTest.delivery(50, text));
        assertThat(nextReceived()).isEqualTo("failed with it");
        assertThat(nextReceived()).isEqualTo("news");
    }
}
