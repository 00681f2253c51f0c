package io.monorelay.client;

import static io.monorelay.client.ClientFixture.failureOf;
import static io.monorelay.client.ClientFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.ScriptedRelay.Conversation;
import io.monorelay.client.ScriptedRelay.Event;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameWriter;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class LinkDialerOpeningTest {
    @Test
    void aLinkIsOpenOnceBothSidesHaveProvenTheirKeys() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.handshake(fixture.handshakes, fixture.relayIdentity);
                RelayLink link = get(opening);
                assertThat(link.relayKey()).isEqualTo(fixture.relayIdentity.key());
                assertThat(link.relay()).isEqualTo(fixture.relay.uri());
                assertThat(link.position()).isEqualTo(41);
                assertThat(link.maxMessageBytes()).isEqualTo(65_536);
                assertThat(link.observedAddress()).isEqualTo("127.0.0.1:5");
            }
        }
    }

    @Test
    void theUpgradeAsksForTheProtocolAtThePathGiven() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            URI uri = fixture.relay.uri().resolve("/deep?x=1");
            CompletionStage<RelayLink> opening = fixture.dialer.connect(uri, fixture.listener);
            try (Conversation relay = fixture.relay.accept()) {
                assertThat(relay.readHead())
                        .startsWith("GET /deep?x=1 HTTP/1.1\r\n")
                        .containsIgnoringCase("\r\nhost: " + uri.getAuthority() + "\r\n")
                        .containsIgnoringCase("\r\nupgrade: websocket\r\n")
                        .containsIgnoringCase("\r\nsec-websocket-version: 13\r\n")
                        .containsIgnoringCase("\r\nsec-websocket-protocol: monorelay.v2\r\n")
                        .doesNotContainIgnoringCase("extensions");
            }
            assertThat(failureOf(opening)).hasMessageContaining("closed before the upgrade was answered");
        }
    }

    @Test
    void aRelayIsDialledWhereTheResolverSaysAndCalledByItsName() throws Exception {
        HostResolver thisMachine = (relay, host) -> List.of(InetAddress.getLoopbackAddress());
        try (ClientFixture fixture = ClientFixture.start(
                ClientOptions.defaults().withLimits(ClientFixture.LIMITS).withHosts(thisMachine))) {
            URI uri = fixture.relay.uri("relay.invalid");
            CompletionStage<RelayLink> opening = fixture.dialer.connect(uri, fixture.listener);
            try (Conversation relay = fixture.relay.accept()) {
                assertThat(relay.readHead()).containsIgnoringCase("\r\nhost: " + uri.getAuthority() + "\r\n");
            }
            assertThat(failureOf(opening).relay()).isEqualTo(uri);
        }
    }

    @Test
    void aRelayThatTheResolverRefusesIsNotDialled() throws Exception {
        HostResolver refusing = (relay, host) -> {
            throw new ProtocolException(Fault.REFERENCE_NOT_ALLOWED, "expected a public address");
        };
        try (ClientFixture fixture = ClientFixture.start(
                ClientOptions.defaults().withLimits(ClientFixture.LIMITS).withHosts(refusing))) {
            RelayException failure = failureOf(fixture.connect());
            assertThat(failure).hasMessageContaining("not to be dialled: expected a public address");
            assertThat(failure.next()).isEqualTo(Next.STAY_AWAY);
            assertThat(fixture.relay.isDialledWithin(Duration.ofMillis(200))).isFalse();
        }
    }

    @Test
    void aHelloInTheSamePacketAsThe101IsRead() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                Inbound.Hello hello = fixture.handshakes.hello(
                        fixture.relayIdentity.key(),
                        fixture.handshakes.newChallenge(),
                        new HandshakeV2.Terms("monochain", null, Map.of(), 25));
                byte[] head = Conversation.switching(relay.readHead()).getBytes();
                relay.write(Conversation.frame(out -> {
                    out.writeBytes(head);
                    FrameWriter.writeText(out, HandshakeEncoder.hello(hello));
                }));
                relay.send(HandshakeEncoder.welcome(relay.welcome(fixture.handshakes, fixture.relayIdentity, hello)));
                assertThat(get(opening).maxMessageBytes()).isEqualTo(Long.MAX_VALUE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "101 Switching Protocols | 404 Not Found | the relay answered 404 Not Found instead of 101 | STAY_AWAY",
                "101 Switching Protocols | 503 Busy      | the relay answered 503 Busy instead of 101 "
                        + "| RECONNECT_WITH_BACK_OFF",
                "Sec-WebSocket-Accept: | Sec-WebSocket-Accept: x | instead of | STAY_AWAY",
                "Upgrade: websocket | Upgrade: h2c | does not say that it upgrades to websocket | STAY_AWAY",
                "monorelay.v2 | monorelay.v9 | the protocol \"monorelay.v9\", instead of \"monorelay.v2\" | STAY_AWAY",
                "Sec-WebSocket-Protocol: | X-Other: | the protocol none | STAY_AWAY",
                "Sec-WebSocket-Accept: | Sec-WebSocket-Extensions: permessage-deflate\\r\\nSec-WebSocket-Accept: "
                        + "| the extension \"permessage-deflate\", which was not asked for | STAY_AWAY",
                "HTTP/1.1 101 | SSH-2.0- | not HTTP/1.1 | STAY_AWAY",
            })
    void aWrongAnswerToTheUpgradeIsNamed(String right, String wrong, String message, Next next) throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                String answer = Conversation.switching(relay.readHead());
                relay.write(answer.replace(right, wrong.replace("\\r\\n", "\r\n")));
                RelayException failure = failureOf(opening);
                assertThat(failure)
                        .hasMessageStartingWith(fixture.relay.uri() + ": ")
                        .hasMessageContaining(message);
                assertThat(failure.next()).isEqualTo(next);
                assertThat(relay.isAtEnd()).isTrue();
            }
        }
    }

    @Test
    void nothingIsSignedForAnotherRelayThanTheOneExpected() throws Exception {
        ClientOptions options = ClientOptions.defaults().withLimits(ClientFixture.LIMITS);
        try (ClientFixture other = ClientFixture.start();
                ClientFixture fixture = ClientFixture.start(options.withRelayKey(other.relayIdentity.key()))) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.upgrade();
                relay.sendHello(fixture.handshakes, fixture.relayIdentity);
                assertThat(relay.next())
                        .isInstanceOfSatisfying(
                                Event.Close.class,
                                close -> assertThat(close.code()).isEqualTo(4000));
            }
            RelayException failure = failureOf(opening);
            assertThat(failure)
                    .hasMessageContaining(other.relayIdentity.key().toString())
                    .hasMessageContaining(fixture.relayIdentity.key().toString());
            assertThat(failure.next()).isEqualTo(Next.STAY_AWAY);
        }
    }

    @Test
    void aRelayThatHasAnotherKeyThanItClaimsIsLeft() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.upgrade();
                Inbound.Hello hello = relay.sendHello(fixture.handshakes, fixture.relayIdentity);
                Inbound.Welcome welcome = relay.welcome(fixture.handshakes, fixture.relayIdentity, hello);
                byte[] forged = NodeIdentity.generate(fixture.ed25519).sign(new byte[1]);
                relay.send(HandshakeEncoder.welcome(new Inbound.Welcome(welcome.answers(), forged, 0, null, null)));
                assertThat(relay.next()).isInstanceOf(Event.Close.class);
            }
            assertThat(failureOf(opening))
                    .hasMessageContaining("handshake is wrong")
                    .hasMessageContaining("signature");
            assertThat(fixture.listener.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"403, STAY_AWAY", "503, RECONNECT_WITH_BACK_OFF"})
    void aRefusedHandshakeIsToldInTheRelaysWords(int code, Next next) throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.upgrade();
                relay.sendHello(fixture.handshakes, fixture.relayIdentity);
                relay.nextText();
                relay.send("{\"code\":" + code + ",\"info\":\"no address of this relay\"}");
                RelayException failure = failureOf(opening);
                assertThat(failure)
                        .hasMessageContaining("refused the handshake with " + code + ": no address of this relay");
                assertThat(failure.next()).isEqualTo(next);
            }
        }
    }

    @Test
    void aCloseInsteadOfAWelcomeIsToldWithItsCode() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.upgrade();
                relay.sendClose(1013, "full");
                assertThat(relay.next()).isEqualTo(new Event.Close(1013, "full"));
            }
            RelayException failure = failureOf(opening);
            assertThat(failure).hasMessageContaining("closed with 1013 (full) before it was open");
            assertThat(failure.next()).isEqualTo(Next.RECONNECT_WITH_BACK_OFF);
        }
    }

    @Test
    void aRelayThatSaysNothingIsLeftInTime() throws Exception {
        ClientLimits limits =
                new ClientLimits(1, 4096, Duration.ofMillis(100), Duration.ofSeconds(60), Duration.ofSeconds(5));
        try (ClientFixture fixture =
                ClientFixture.start(ClientOptions.defaults().withLimits(limits))) {
            CompletionStage<RelayLink> opening = fixture.connect();
            try (Conversation relay = fixture.relay.accept()) {
                relay.readHead();
                assertThat(failureOf(opening)).hasMessageContaining("within 100 ms");
                assertThat(relay.isAtEnd()).isTrue();
            }
        }
    }

    @Test
    void whereNobodyListensIsTold() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            fixture.relay.close();
            assertThat(failureOf(fixture.connect())).hasMessageContaining("cannot connect");
        }
    }

    @Test
    void aHostThatIsNotKnownIsTold() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            URI nowhere = URI.create("ws://nowhere.invalid");
            assertThat(failureOf(fixture.dialer.connect(nowhere, fixture.listener)))
                    .hasMessageContaining("ws://nowhere.invalid: the host \"nowhere.invalid\" is not known");
        }
    }

    @Test
    void aClosedClientOpensNothing() throws Exception {
        try (ClientFixture fixture = ClientFixture.start()) {
            get(fixture.dialer.close());
            assertThat(failureOf(fixture.connect())).hasMessageContaining("the client is closed");
        }
    }
}
