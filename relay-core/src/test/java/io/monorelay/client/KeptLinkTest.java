package io.monorelay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.monorelay.client.LinkStatus.State;
import io.monorelay.client.ScriptedRelay.Conversation;
import io.monorelay.client.ScriptedRelay.Event;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.ReplyEncoder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class KeptLinkTest {
    /** Without patience, but for a relay that says for how long. */
    private static final ReconnectPolicy SOON = new ReconnectPolicy(
            Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(10));

    private static final Duration LONG_ENOUGH_FOR_A_DIAL = Duration.ofMillis(300);

    private final RelayMemory memory = RelayMemory.inMemory();
    private final Recorded recorded = new Recorded();
    private ClientFixture fixture;
    private KeptLink kept;

    @BeforeEach
    void start() throws Exception {
        fixture = ClientFixture.start(
                ClientOptions.defaults().withLimits(ClientFixture.LIMITS).withReconnect(SOON));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private void keep() {
        kept = KeptLink.start(fixture.dialer, fixture.relay.uri(), memory, recorded);
    }

    /** Lets the next dial become a link. */
    private Conversation welcome(ScriptedRelay relay) throws Exception {
        Conversation conversation = relay.accept();
        conversation.handshake(fixture.handshakes, fixture.relayIdentity);
        assertThat(recorded.next()).isInstanceOf(Opened.class);
        return conversation;
    }

    private Conversation welcome() throws Exception {
        return welcome(fixture.relay);
    }

    private String delivery(long position) {
        byte[] text = new MessageSigner(fixture.relayIdentity, Form.COMPACT)
                .broadcast(null, "at " + position, Instant.ofEpochSecond(1_790_000_000));
        return RelayLinkTest.delivery(position, text);
    }

    // opening again

    @ParameterizedTest
    @ValueSource(ints = {1001, 1011, 1012, 1013, 4100, 4200})
    void aRelayThatWantsThisNodeBackIsDialledAgain(int code) throws Exception {
        keep();
        try (Conversation first = welcome()) {
            first.sendClose(code, "");
        }
        assertThat(recorded.next())
                .isInstanceOfSatisfying(
                        Ended.class, ended -> assertThat(ended.why()).contains("closed with " + code));
        welcome().close();
    }

    @Test
    void aLinkThatBrokeIsOpenedAgain() throws Exception {
        keep();
        welcome().close();
        assertThat(recorded.next()).isInstanceOf(Ended.class);
        welcome();
        assertThat(kept.status().state()).isEqualTo(State.OPEN);
        assertThat(kept.status().lastFailure()).contains("1006");
        assertThat(kept.status().attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1002, 1008, 4000, 4001})
    void aRelayThatWantsThisNodeToStayAwayIsLeftAlone(int code) throws Exception {
        keep();
        try (Conversation first = welcome()) {
            first.sendClose(code, "go");
        }
        assertThat(recorded.next()).isInstanceOf(Ended.class);
        assertThat(fixture.relay.isDialledWithin(LONG_ENOUGH_FOR_A_DIAL)).isFalse();
        assertThat(kept.status().state()).isEqualTo(State.STAYING_AWAY);
        assertThat(kept.status().lastFailure()).contains(code + ": go");
    }

    @Test
    void aRelayThatIsNotThereIsDialledUntilItIs() throws Exception {
        fixture.relay.close();
        keep();
        assertThat(recorded.next()).isInstanceOf(RelayException.class);
        assertThat(recorded.next()).isInstanceOf(RelayException.class);
        try (ScriptedRelay back = ScriptedRelay.at(fixture.relay.uri())) {
            back.accept().handshake(fixture.handshakes, fixture.relayIdentity);
            await().until(() -> kept.link() != null);
            assertThat(kept.status().attempts()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aRelayThatIsTooBusyIsNotDialledBeforeTheTimeThatItNames() throws Exception {
        keep();
        Instant refused;
        try (Conversation first = fixture.relay.accept()) {
            first.upgrade();
            first.sendHello(fixture.handshakes, fixture.relayIdentity);
            first.nextText();
            refused = Instant.now();
            first.send(ReplyEncoder.refusal(new Inbound.Refusal(503, "too busy", null, 400L)));
        }
        assertThat(recorded.next()).isInstanceOfSatisfying(RelayException.class, failure -> {
            assertThat(failure.retryAfterMillis()).isEqualTo(400);
            assertThat(failure.next()).isEqualTo(Next.RECONNECT_WITH_BACK_OFF);
        });
        welcome();
        assertThat(Duration.between(refused, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    // where it goes on

    @Test
    void aLinkGoesOnAfterWhatHasBeenProcessed() throws Exception {
        keep();
        try (Conversation first = welcome()) {
            assertThat(first.askedToResumeAfter()).isNull();
            first.send(delivery(50));
            first.send(delivery(52));
            recorded.next();
            assertThat(recorded.next())
                    .isInstanceOfSatisfying(
                            Came.class, came -> assertThat(came.position()).isEqualTo(52));
            memory.processed(fixture.relayIdentity.key(), 50);
            first.sendClose(1012, "");
        }
        recorded.next();
        assertThat(welcome().askedToResumeAfter()).isEqualTo(50);
    }

    @Test
    void whatCameButWasNotProcessedComesAgain() throws Exception {
        keep();
        try (Conversation first = welcome()) {
            first.send(delivery(50));
            recorded.next();
        }
        recorded.next();
        assertThat(welcome().askedToResumeAfter()).isEqualTo(49);
    }

    @Test
    void whatHasBeenProcessedIsToldToTheRelayAndOnceMoreBeforeTheEnd() throws Exception {
        memory.processed(fixture.relayIdentity.key(), 7);
        keep();
        try (Conversation relay = welcome()) {
            assertThat(relay.askedToResumeAfter()).isEqualTo(7);
            memory.processed(fixture.relayIdentity.key(), 9);
            assertThat(relay.nextInbound()).isEqualTo(new Inbound.Ack(9));
            memory.processed(fixture.relayIdentity.key(), 11);
            kept.close();
            assertThat(relay.nextInbound()).isEqualTo(new Inbound.Ack(11));
            assertThat(relay.next()).isEqualTo(new Event.Close(1000, ""));
        }
    }

    @Test
    void aPositionThatTheRelayHasYetToGiveIsForgotten() throws Exception {
        memory.processed(fixture.relayIdentity.key(), 7000);
        keep();
        try (Conversation relay = fixture.relay.accept()) {
            relay.resumingFromAtMost(41).handshake(fixture.handshakes, fixture.relayIdentity);
            recorded.next();
            assertThat(memory.processed(fixture.relayIdentity.key())).isEqualTo(OptionalLong.of(41));
        }
    }

    // whom it trusts

    @Test
    void theKeyThatARelayProvesFirstIsTheOneThatItMustProveFromThenOn() throws Exception {
        keep();
        welcome().close();
        recorded.next();
        try (Conversation other = fixture.relay.accept()) {
            other.upgrade();
            other.sendHello(fixture.handshakes, NodeIdentity.generate(fixture.ed25519));
            assertThat(other.next()).isInstanceOf(Event.Close.class);
        }
        assertThat(recorded.next())
                .isInstanceOfSatisfying(
                        RelayException.class,
                        failure -> assertThat(failure)
                                .hasMessageContaining(
                                        "another relay answers there than the one that is known by its key")
                                .hasMessageContaining(
                                        fixture.relayIdentity.key().toString()));
        assertThat(fixture.relay.isDialledWithin(LONG_ENOUGH_FOR_A_DIAL)).isFalse();
        assertThat(kept.status().state()).isEqualTo(State.STAYING_AWAY);
    }

    // silence

    @Test
    void aRelayThatFallsSilentIsReplacedWithinTwiceItsPingInterval() throws Exception {
        keep();
        Conversation silent = fixture.relay.accept().withPingSeconds(1);
        silent.handshake(fixture.handshakes, fixture.relayIdentity);
        Instant lastHeard = Instant.now();
        recorded.next();
        assertThat(recorded.next())
                .isInstanceOfSatisfying(
                        Ended.class, ended -> assertThat(ended.why()).contains("nothing was heard for 2000 ms"));
        assertThat(Duration.between(lastHeard, Instant.now())).isLessThan(Duration.ofMillis(2500));
        welcome();
        silent.close();
    }

    @Test
    void aLinkThatIsNotReadIsNotTakenForSilentAndLosesNothing() throws Exception {
        keep();
        try (Conversation relay = fixture.relay.accept().withPingSeconds(1)) {
            relay.handshake(fixture.handshakes, fixture.relayIdentity);
            recorded.next();
            RelayLink link = kept.link();
            link.pauseReading();
            // The order of this tells that the pause has begun.
            link.acknowledge(1);
            assertThat(relay.nextInbound()).isEqualTo(new Inbound.Ack(1));
            relay.send(delivery(50));
            await().during(Duration.ofMillis(2500))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> recorded.isEmpty() && kept.link() == link);
            link.resumeReading();
            assertThat(recorded.next()).isEqualTo(new Came(50));
        }
    }

    // moving

    @Test
    void aRelayThatGoesAwayIsLeftOnceTheLinkToItsAlternativeIsOpen() throws Exception {
        NodeIdentity other = NodeIdentity.generate(fixture.ed25519);
        memory.processed(other.key(), 5);
        keep();
        Conversation first = welcome();
        try (ScriptedRelay alternative = ScriptedRelay.start()) {
            String nowhere = "ws://127.0.0.1:1";
            first.send(ReplyEncoder.drain(new Inbound.Drain(
                    10, List.of("no address", nowhere, alternative.uri().toString()))));
            assertThat(recorded.next()).isInstanceOf(RelayException.class);
            assertThat(recorded.next())
                    .isInstanceOfSatisfying(
                            RelayException.class, failure -> assertThat(failure).hasMessageContaining(nowhere));
            try (Conversation second = alternative.accept()) {
                assertThat(kept.link().relay()).isEqualTo(fixture.relay.uri());
                second.handshake(fixture.handshakes, other);
                assertThat(second.askedToResumeAfter()).isEqualTo(5);
                assertThat(recorded.next()).isEqualTo(new Opened(alternative.uri()));
                assertThat(first.next()).isEqualTo(new Event.Close(1000, ""));
                first.close();
                assertThat(recorded.next()).isInstanceOf(Ended.class);
                assertThat(kept.link().relay()).isEqualTo(alternative.uri());
            }
        }
        assertThat(recorded.next()).isInstanceOf(Ended.class);
        welcome();
        assertThat(kept.link().relay()).isEqualTo(fixture.relay.uri());
    }

    @Test
    void nobodyIsSentWhereTheListenerDoesNotWantToGo() throws Exception {
        recorded.staysWhereItIs = true;
        keep();
        try (Conversation first = welcome();
                ScriptedRelay alternative = ScriptedRelay.start()) {
            first.send(ReplyEncoder.drain(
                    new Inbound.Drain(1, List.of(alternative.uri().toString()))));
            assertThat(alternative.isDialledWithin(LONG_ENOUGH_FOR_A_DIAL)).isFalse();
            first.sendClose(1001, "");
        }
        recorded.next();
        welcome();
    }

    // the end

    @Test
    void aKeptLinkThatIsClosedIsOpenedNoMore() throws Exception {
        keep();
        Conversation relay = welcome();
        CompletionStage<Void> closed = kept.close();
        assertThat(relay.next()).isEqualTo(new Event.Close(1000, ""));
        relay.sendClose(1000, "");
        relay.close();
        ClientFixture.get(closed);
        assertThat(fixture.relay.isDialledWithin(LONG_ENOUGH_FOR_A_DIAL)).isFalse();
        assertThat(kept.status().state()).isEqualTo(State.CLOSED);
        assertThat(kept.link()).isNull();
    }

    @Test
    void aKeptLinkThatWaitsIsClosedAtOnce() throws Exception {
        fixture.relay.close();
        keep();
        recorded.next();
        ClientFixture.get(kept.close());
        assertThat(kept.status().state()).isEqualTo(State.CLOSED);
    }

    private record Opened(URI relay) {}

    private record Came(long position) {}

    private record Ended(String why) {}

    private static final class Recorded implements KeptLinkListener {
        private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
        private boolean staysWhereItIs;

        Object next() throws InterruptedException {
            return told.poll(10, TimeUnit.SECONDS);
        }

        boolean isEmpty() {
            return told.isEmpty();
        }

        @Override
        public void onOpen(RelayLink link) {
            told.add(new Opened(link.relay()));
        }

        @Override
        public void onMessage(RelayLink link, Delivery delivery) {
            told.add(new Came(delivery.position()));
        }

        @Override
        public void onEnded(RelayLink link, String why, Next next) {
            told.add(new Ended(why));
        }

        @Override
        public void onNotOpened(RelayException failure) {
            told.add(failure);
        }

        @Override
        public boolean mayMoveTo(URI alternative) {
            return !staysWhereItIs;
        }
    }
}
