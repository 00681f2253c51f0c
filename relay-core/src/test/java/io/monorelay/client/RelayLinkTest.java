package io.monorelay.client;

import static io.monorelay.client.ClientFixture.failureOf;
import static io.monorelay.client.ClientFixture.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.monorelay.client.ScriptedRelay.Conversation;
import io.monorelay.client.ScriptedRelay.Event;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ReplyEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RelayLinkTest {
    private ClientFixture fixture;
    private Conversation relay;
    private RelayLink link;

    @BeforeEach
    void open() throws Exception {
        open(ClientOptions.defaults().withLimits(ClientFixture.LIMITS));
    }

    @AfterEach
    void close() throws Exception {
        relay.close();
        fixture.close();
    }

    private void reopen(ClientOptions options) throws Exception {
        close();
        open(options);
    }

    private void open(ClientOptions options) throws Exception {
        fixture = ClientFixture.start(options);
        CompletionStage<RelayLink> opening = fixture.connect();
        relay = fixture.relay.accept();
        relay.handshake(fixture.handshakes, fixture.relayIdentity);
        link = get(opening);
    }

    private DecodedMessage nextPublished() throws Exception {
        return ((Inbound.Publish) relay.nextInbound()).message();
    }

    private MessageId idOf(DecodedMessage message) {
        return new MessageVerifier(fixture.ed25519).idOf(message);
    }

    private void acknowledge(MessageId id, long position) throws Exception {
        relay.send(ReplyEncoder.success(new Inbound.Success("Message received and valid", id, position, null, null)));
    }

    static String delivery(long position, byte[] broadcast) {
        return "{\"position\":" + position + "," + new String(broadcast, UTF_8).substring(1);
    }

    private byte[] signedByAnother(String data) {
        NodeIdentity another = NodeIdentity.generate(fixture.ed25519);
        return new MessageSigner(another, Form.COMPACT).broadcast(null, data, Instant.ofEpochSecond(1_790_000_000));
    }

    // publishing

    @Test
    void whatIsPublishedIsSignedAndItsAnswersFindItInAnyOrder() throws Exception {
        CompletionStage<Publication> first = link.publish("first", null);
        CompletionStage<Publication> second = link.publish("second", fixture.relayIdentity.key());
        DecodedMessage one = nextPublished();
        DecodedMessage two = nextPublished();
        assertThat(one.data()).isEqualTo("first");
        assertThat(two.receiver()).isEqualTo(fixture.relayIdentity.key());
        new MessageVerifier(fixture.ed25519).verify(two, idOf(two));

        relay.send(ReplyEncoder.success(new Inbound.Success("", idOf(two), 7L, "stored", "commit")));
        acknowledge(idOf(one), 8);
        assertThat(get(first)).isEqualTo(new Publication.Accepted(idOf(one), fixture.relay.uri(), 8L, null, null));
        assertThat(get(second))
                .isEqualTo(new Publication.Accepted(idOf(two), fixture.relay.uri(), 7L, "stored", "commit"));
    }

    @Test
    void aRefusalIsAnAnswer() throws Exception {
        CompletionStage<Publication> answer = link.publish("x", null);
        MessageId id = idOf(nextPublished());
        relay.send(ReplyEncoder.refusal(new Inbound.Refusal(503, "full", id, 250L)));
        assertThat(get(answer)).isEqualTo(new Publication.Refused(id, fixture.relay.uri(), 503, "full", 250L));
    }

    @Test
    void aRefusalOfNothingInParticularGoesToTheListener() throws Exception {
        relay.send(ReplyEncoder.refusal(new Inbound.Refusal(400, "what?", null, null)));
        assertThat(fixture.listener.next(Inbound.Refusal.class).info()).isEqualTo("what?");
    }

    @Test
    void anAnswerToNothingIsPassedOver() throws Exception {
        acknowledge(new MessageId(1, 2, 3, 4), 5);
        CompletionStage<Publication> answer = link.publish("x", null);
        acknowledge(idOf(nextPublished()), 6);
        assertThat(get(answer)).isInstanceOf(Publication.Accepted.class);
    }

    @Test
    void theSameMessageTwiceIsSentOnceAndAnsweredTwice() throws Exception {
        byte[] text = signedByAnother("again");
        CompletionStage<Publication> first = link.publishText(text);
        CompletionStage<Publication> second = link.publishText(text.clone());
        CompletionStage<Publication> third = link.publish("other", null);
        acknowledge(idOf(nextPublished()), 1);
        assertThat(get(first)).isEqualTo(get(second));
        DecodedMessage other = nextPublished();
        assertThat(other.data()).isEqualTo("other");
        acknowledge(idOf(other), 2);
        get(third);
    }

    @Test
    void noMoreThanTheLimitWaitForAnAnswerAndEachAnswerMakesRoom() throws Exception {
        CompletionStage<Publication> first = link.publish("1", null);
        link.publish("2", null);
        link.publish("3", null);
        assertThat(failureOf(link.publish("4", null))).hasMessageContaining("3 publications wait");
        acknowledge(idOf(nextPublished()), 1);
        get(first);
        link.publish("5", null);
        nextPublished();
        nextPublished();
        assertThat(nextPublished().data()).isEqualTo("5");
    }

    @Test
    void whatCannotBeAMessageIsRefusedBeforeItIsSent() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> link.publish("\0", null));
        assertThatIllegalArgumentException().isThrownBy(() -> link.publishText("{}".getBytes(UTF_8)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> link.publishText(ReplyEncoder.ack(new Inbound.Ack(1))))
                .withMessageContaining("not a message");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> link.publish("x".repeat(65_536), null))
                .withMessageContaining("at most 65536");
        link.publish("good", null);
        assertThat(nextPublished().data()).isEqualTo("good");
    }

    @Test
    void aLostConnectionFailsWhatWasNotAnswered() throws Exception {
        CompletionStage<Publication> answer = link.publish("x", null);
        nextPublished();
        relay.close();
        assertThat(failureOf(answer)).hasMessageContaining("before the publication was answered");
        RecordingListener.Closed closed = fixture.listener.next(RecordingListener.Closed.class);
        assertThat(closed.code()).isEqualTo(1006);
        assertThat(closed.next()).isEqualTo(Next.RECONNECT_WITH_BACK_OFF);
        assertThat(failureOf(link.publish("y", null))).hasMessageContaining("the link is closed");
    }

    // deliveries

    @Test
    void whatIsDeliveredReachesTheListenerInOrder() throws Exception {
        byte[] text = signedByAnother("two\n☃");
        relay.send(delivery(5, signedByAnother("one")));
        relay.send(delivery(9, text));
        assertThat(fixture.listener.next(Delivery.class).data()).isEqualTo("one");
        Delivery second = fixture.listener.next(Delivery.class);
        assertThat(second.position()).isEqualTo(9);
        assertThat(second.data()).isEqualTo("two\n☃");
        assertThat(second.receiver()).isNull();
        assertThat(second.time()).isEqualTo(Instant.ofEpochSecond(1_790_000_000));
        assertThat(second.id()).isEqualTo(idOf(second.message()));
    }

    @Test
    void aForgedMessageEndsTheLink() throws Exception {
        relay.send(delivery(5, signedByAnother("one")).replace("one", "two"));
        assertThat(relay.next())
                .isInstanceOfSatisfying(
                        Event.Close.class, close -> assertThat(close.code()).isEqualTo(1008));
        relay.close();
        assertThat(fixture.listener.next(RecordingListener.Closed.class).code()).isEqualTo(1008);
        assertThat(fixture.listener.isEmpty()).isTrue();
    }

    @Test
    void aClientThatDoesNotVerifyTakesWhatItGets() throws Exception {
        reopen(ClientOptions.defaults().withUnverifiedDeliveries());
        relay.send(delivery(5, signedByAnother("one")).replace("one", "two"));
        assertThat(fixture.listener.next(Delivery.class).data()).isEqualTo("two");
    }

    @Test
    void aGapAndADrainReachTheListener() throws Exception {
        Inbound.Gap gap = new Inbound.Gap(3, 9, "slow");
        Inbound.Drain drain = new Inbound.Drain(100, List.of("wss://other.example"));
        relay.send(ReplyEncoder.gap(gap));
        relay.send(ReplyEncoder.drain(drain));
        assertThat(fixture.listener.next(Inbound.Gap.class)).isEqualTo(gap);
        assertThat(fixture.listener.next(Inbound.Drain.class)).isEqualTo(drain);
    }

    @Test
    void whatOnlyANodeSaysEndsTheLink() throws Exception {
        relay.send(signedByAnother("published to a client"));
        assertThat(relay.next()).isEqualTo(new Event.Close(1008, "the relay sent a message without its position"));
    }

    // the WebSocket

    @Test
    void aPingIsAnsweredWithItsPayload() throws Exception {
        relay.sendPing("are you there");
        assertThat(relay.next()).isEqualTo(new Event.Pong("are you there"));
    }

    @Test
    void aSilentRelayIsPingedAndThenGivenUp() throws Exception {
        reopen(ClientOptions.defaults()
                .withLimits(new ClientLimits(
                        1, 65_536, Duration.ofSeconds(10), Duration.ofMillis(300), Duration.ofMillis(200))));
        assertThat(relay.next()).isEqualTo(new Event.Ping());
        assertThat(relay.next()).isEqualTo(new Event.Close(4102, "nothing was heard for 600 ms"));
        RecordingListener.Closed closed = fixture.listener.next(RecordingListener.Closed.class);
        assertThat(closed.code()).isEqualTo(4102);
        assertThat(closed.next()).isEqualTo(Next.RECONNECT_WITH_BACK_OFF);
    }

    @Test
    void aViolationOfTheFramingIsClosedWithItsCode() throws Exception {
        relay.write(new byte[] {(byte) 0x82, 0});
        assertThat(relay.next())
                .isInstanceOfSatisfying(
                        Event.Close.class, close -> assertThat(close.code()).isEqualTo(1003));
    }

    @Test
    void aCloseIsAnsweredAndTheRelayEndsTheConnection() throws Exception {
        relay.sendClose(1012, "restart");
        assertThat(relay.next()).isEqualTo(new Event.Close(1012, "restart"));
        assertThat(fixture.listener.isEmpty()).isTrue();
        relay.close();
        assertThat(fixture.listener.next(RecordingListener.Closed.class))
                .isEqualTo(new RecordingListener.Closed(1012, "restart", Next.RECONNECT_AT_ONCE));
    }

    @Test
    void aLinkThatIsClosedHereWaitsForTheRelaysCloseAndPassesNothingOn() throws Exception {
        CompletionStage<Void> closed = link.close();
        assertThat(relay.next()).isEqualTo(new Event.Close(1000, ""));
        relay.send(delivery(5, signedByAnother("late")));
        relay.sendClose(1000, "");
        relay.close();
        get(closed);
        assertThat(fixture.listener.next(RecordingListener.Closed.class).code()).isEqualTo(1000);
        assertThat(fixture.listener.isEmpty()).isTrue();
    }

    @Test
    void aClientThatIsClosedClosesItsLinksFirst() throws Exception {
        CompletionStage<Void> closed = fixture.dialer.close();
        assertThat(relay.next()).isEqualTo(new Event.Close(1000, ""));
        assertThat(closed.toCompletableFuture()).isNotDone();
        assertThat(fixture.dialer.close().toCompletableFuture()).isNotDone();
        relay.sendClose(1000, "");
        relay.close();
        get(closed);
    }

    @Test
    void aListenerThatFailsEndsItsLink() throws Exception {
        RelayListener failing = delivery -> {
            throw new IllegalStateException("of the test");
        };
        CompletionStage<RelayLink> opening = fixture.dialer.connect(fixture.relay.uri(), failing);
        try (Conversation second = fixture.relay.accept()) {
            second.handshake(fixture.handshakes, fixture.relayIdentity);
            get(opening);
            second.send(delivery(5, signedByAnother("one")));
            assertThat(second.next()).isEqualTo(new Event.Close(1011, ""));
        }
    }
}
