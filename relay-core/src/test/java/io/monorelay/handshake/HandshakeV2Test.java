package io.monorelay.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Base64Url;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.Vectors;
import io.monorelay.protocol.WireTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HandshakeV2Test {
    private static final Instant NOW = Instant.parse("2026-11-23T02:10:40.552790Z");
    private static final String AUDIENCE = "wss://relay.example";
    private static final Set<String> AUDIENCES = Set.of(AUDIENCE, "wss://relay.example:8000");

    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private final HandshakeV2 handshake = new HandshakeV2(ed25519, Limits.defaults());
    private final NodeIdentity node = NodeIdentity.fromSeed(Vectors.SEED_A, ed25519);
    private final NodeIdentity relay = NodeIdentity.fromSeed(Vectors.SEED_B, ed25519);
    private final byte[] challenge = handshake.newChallenge();
    private final Inbound.Hello hello =
            handshake.hello(relay.key(), challenge, new HandshakeV2.Terms("monochain", "commit", Map.of(), 25));
    private Inbound.HandshakeV2 proof;

    @BeforeEach
    void answer() throws ProtocolException {
        proof = handshake.answer(hello, node, dialled(AUDIENCE), NOW);
    }

    @Test
    void bothSidesProveTheirKeys() throws ProtocolException {
        ProvenNode proven = accept(proof);
        assertThat(proven.key()).isEqualTo(node.key());
        assertThat(proven.handshake().resumeAfter()).isEqualTo(7);
        Inbound.Welcome welcome = handshake.welcome(proven, relay, 9, "192.0.2.1:1", 7L);
        assertThat(welcome.answers()).isEqualTo(proof.challenge());
        handshake.check(hello, proof, welcome);
    }

    @Test
    void theSignedLinesAreThoseOfTheProtocol() throws ProtocolException {
        String common = node.key() + "\n" + relay.key() + "\n";
        String end = "\n" + AUDIENCE + "\n2026-11-23 02:10:40.552790";
        String initiator = "monorelay handshake v2\ninitiator\n" + common + Base64Url.encode(challenge) + end;
        assertThat(proof.signature()).isEqualTo(node.sign(initiator.getBytes(UTF_8)));
        String responder = "monorelay handshake v2\nresponder\n" + common + Base64Url.encode(proof.challenge()) + end;
        assertThat(handshake.welcome(accept(proof), relay, 1, null, null).signature())
                .isEqualTo(relay.sign(responder.getBytes(UTF_8)));
    }

    @Test
    void aProofForAnotherChallengeIsRefused() {
        byte[] other = handshake.newChallenge();
        assertThat(fault(() -> handshake.accept(proof, other, relay.key(), AUDIENCES, NOW)))
                .isEqualTo(Fault.HANDSHAKE_CHALLENGE);
        Inbound.HandshakeV2 relabelled = changed(proof.key(), proof.audience(), proof.time(), other);
        assertThat(fault(() -> handshake.accept(relabelled, other, relay.key(), AUDIENCES, NOW)))
                .isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    @Test
    void aProofForAnotherAudienceIsRefused() throws ProtocolException {
        for (String audience : new String[] {"wss://evil.example", "ws://relay.example", "wss://relay.example:1"}) {
            Inbound.HandshakeV2 other = handshake.answer(hello, node, dialled(audience), NOW);
            assertThat(fault(() -> accept(other))).as(audience).isEqualTo(Fault.HANDSHAKE_AUDIENCE);
        }
        for (String audience :
                new String[] {"", "relay", "wss://", "wss://a\nb", "mailto:x@y", "wss://u@relay.example"}) {
            Inbound.HandshakeV2 other = handshake.answer(hello, node, dialled(audience), NOW);
            assertThat(fault(() -> handshake.accept(other, challenge, relay.key(), Set.of(), NOW)))
                    .as(audience)
                    .isEqualTo(Fault.HANDSHAKE_AUDIENCE);
        }
    }

    @Test
    void aRelayWithoutAddressesTakesAnyAudience() throws ProtocolException {
        Inbound.HandshakeV2 other = handshake.answer(hello, node, dialled("ws://[::1]:8000"), NOW);
        assertThat(handshake.accept(other, challenge, relay.key(), Set.of(), NOW))
                .isNotNull();
    }

    @Test
    void anotherSpellingOfTheAudienceIsTheSame() throws ProtocolException {
        Inbound.HandshakeV2 other = handshake.answer(hello, node, dialled("WSS://Relay.Example:443/ws"), NOW);
        assertThat(accept(other).key()).isEqualTo(node.key());
    }

    @Test
    void aStaleProofIsRefused() throws ProtocolException {
        Duration window = Limits.defaults().handshakeWindow();
        assertThat(handshake.accept(proof, challenge, relay.key(), AUDIENCES, NOW.plus(window)))
                .isNotNull();
        for (Duration beyond :
                new Duration[] {window.plusNanos(1000), window.plusNanos(1000).negated()}) {
            assertThat(fault(() -> handshake.accept(proof, challenge, relay.key(), AUDIENCES, NOW.plus(beyond))))
                    .isEqualTo(Fault.HANDSHAKE_TIME_WINDOW);
        }
        Inbound.HandshakeV2 noTime = changed(proof.key(), proof.audience(), "now", proof.answers());
        assertThat(fault(() -> accept(noTime))).isEqualTo(Fault.HANDSHAKE_TIME_FORMAT);
    }

    @Test
    void everyLineIsSigned() {
        String otherTime = WireTime.formatMicros(NOW.plusSeconds(1));
        NodeKey otherKey = relay.key();
        Inbound.HandshakeV2[] tampered = {
            changed(otherKey, proof.audience(), proof.time(), proof.answers()),
            changed(proof.key(), "wss://relay.example:8000", proof.time(), proof.answers()),
            changed(proof.key(), proof.audience(), otherTime, proof.answers())
        };
        for (Inbound.HandshakeV2 other : tampered) {
            assertThat(fault(() -> accept(other))).isEqualTo(Fault.HANDSHAKE_SIGNATURE);
        }
        assertThat(fault(() -> handshake.accept(proof, challenge, node.key(), AUDIENCES, NOW)))
                .isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    @Test
    void aWelcomeOfAnotherRelayIsRefused() throws ProtocolException {
        Inbound.Welcome imposter = handshake.welcome(accept(proof), node, 1, null, null);
        assertThat(fault(() -> handshake.check(hello, proof, imposter))).isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    @Test
    void aWelcomeOfAnotherSessionIsRefused() throws ProtocolException {
        Inbound.HandshakeV2 earlier = handshake.answer(hello, node, dialled(AUDIENCE), NOW);
        Inbound.Welcome replayed = handshake.welcome(accept(earlier), relay, 1, null, null);
        assertThat(fault(() -> handshake.check(hello, proof, replayed))).isEqualTo(Fault.HANDSHAKE_CHALLENGE);
        Inbound.Welcome relabelled = new Inbound.Welcome(proof.challenge(), replayed.signature(), 1, null, null);
        assertThat(fault(() -> handshake.check(hello, proof, relabelled))).isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    @Test
    void aNodesOwnProofIsNoWelcome() {
        Inbound.Welcome reflected = new Inbound.Welcome(proof.challenge(), proof.signature(), 1, null, null);
        assertThat(fault(() -> handshake.check(hello, proof, reflected))).isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    @Test
    void anotherRelayThanExpectedGetsNoProof() {
        HandshakeV2.Dialled pinned = new HandshakeV2.Dialled(AUDIENCE, node.key(), null, null);
        assertThat(fault(() -> handshake.answer(hello, node, pinned, NOW))).isEqualTo(Fault.HANDSHAKE_KEY);
        Inbound.Hello newer = new Inbound.Hello(3, relay.key(), challenge, "monochain", "commit", Map.of(), 25);
        assertThat(fault(() -> handshake.answer(newer, node, dialled(AUDIENCE), NOW)))
                .isEqualTo(Fault.HANDSHAKE_UNEXPECTED);
    }

    @Test
    void aProofIsNeverAMessageNorAV1Handshake() throws ProtocolException {
        String signed = String.join(
                "\n",
                "monorelay handshake v2",
                "initiator",
                node.key().toString(),
                relay.key().toString(),
                Base64Url.encode(challenge),
                AUDIENCE,
                proof.time());
        byte[] asMessage = MessageEncoder.broadcast(signed.getBytes(UTF_8), proof.signature());
        InboundDecoder decoder = new InboundDecoder(Limits.defaults());
        assertThat(fault(() -> decoder.decode(asMessage))).isEqualTo(Fault.MALFORMED_JSON);
        HandshakeV1 v1 = new HandshakeV1(ed25519, Limits.defaults());
        Inbound.HandshakeRequestV1 oracle = new Inbound.HandshakeRequestV1(relay.key(), "http://x", signed);
        assertThat(fault(() -> v1.respond(oracle, node, NOW))).isEqualTo(Fault.HANDSHAKE_TIME_FORMAT);
        Inbound.HandshakeRequestV1 sent = v1.request(relay, "http://x", NOW);
        Inbound.HandshakeResponseV1 crossed =
                new Inbound.HandshakeResponseV1(sent.key(), sent.ref(), node.key(), sent.message(), proof.signature());
        assertThat(fault(() -> v1.check(sent, crossed, null))).isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    private ProvenNode accept(Inbound.HandshakeV2 got) throws ProtocolException {
        return handshake.accept(got, challenge, relay.key(), AUDIENCES, NOW);
    }

    private Inbound.HandshakeV2 changed(NodeKey key, String audience, String time, byte[] answers) {
        return new Inbound.HandshakeV2(
                key,
                proof.challenge(),
                answers,
                audience,
                time,
                proof.ref(),
                proof.resumeAfter(),
                proof.deliver(),
                proof.signature());
    }

    private static HandshakeV2.Dialled dialled(String audience) {
        return new HandshakeV2.Dialled(audience, null, "http://me.example", 7L);
    }

    private static Fault fault(ThrowingCallable call) {
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, call);
        assertThat(refusal).isNotNull();
        return refusal.fault();
    }
}
