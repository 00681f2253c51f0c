package io.monorelay.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.Vectors;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HandshakeV1Test {
    private static final Instant THEN = Instant.parse("2022-09-22T12:03:11.123456Z");
    private static final String REF = "http://127.0.0.1:8999";

    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final HandshakeV1 handshake = new HandshakeV1(ed25519, Limits.defaults());
    private final NodeIdentity a = NodeIdentity.fromSeed(Vectors.SEED_A, ed25519);
    private final NodeIdentity b = NodeIdentity.fromSeed(Vectors.SEED_B, ed25519);

    @Test
    void bothSidesWriteTheBytesOfTheOriginal() throws ProtocolException {
        Inbound.HandshakeRequestV1 request = handshake.request(a, REF, THEN);
        assertThat(HandshakeEncoder.request(request)).isEqualTo(Vectors.generated("handshake-request.json"));
        Inbound.HandshakeResponseV1 response = handshake.respond(request, b, THEN);
        assertThat(HandshakeEncoder.response(response)).isEqualTo(Vectors.generated("handshake-response-by-B.json"));
        handshake.check(request, response, b.key());
        handshake.check(request, response, null);
    }

    @Test
    void anOriginalNodesAnswerIsAccepted() throws ProtocolException {
        String folder = "original/attacks/oracle-1-learn-key";
        Inbound.HandshakeRequestV1 request = request(folder + ".request.bin");
        Inbound.HandshakeResponseV1 response =
                (Inbound.HandshakeResponseV1) decoder.decode(Vectors.body(folder + ".response.bin"));
        assertThatCode(() -> handshake.check(request, response, null)).doesNotThrowAnyException();
    }

    @Test
    void aForgedMessageIsNotSigned() throws ProtocolException {
        Instant now = Instant.parse("2026-11-23T02:10:41Z");
        Inbound.HandshakeRequestV1 honest = request("original/attacks/oracle-1-learn-key.request.bin");
        assertThat(handshake.respond(honest, b, now).responderKey()).isEqualTo(b.key());
        Inbound.HandshakeRequestV1 oracle = request("original/attacks/oracle-2-sign.request.bin");
        assertThat(fault(() -> handshake.respond(oracle, b, now))).isEqualTo(Fault.HANDSHAKE_TIME_FORMAT);
    }

    @Test
    void theTimeThatKillsTheOriginalIsRefused() throws ProtocolException {
        Inbound.HandshakeRequestV1 request = request("original/attacks/panic-handshake-time.request.bin");
        assertThat(fault(() -> handshake.respond(request, b, THEN))).isEqualTo(Fault.HANDSHAKE_TIME_FORMAT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2022-09-22 12:03:11",
                "2022-09-22 12:03:11.12345",
                "2022-09-22 12:03:11.1234567",
                "2022-09-22 12:03:11.123456 ",
                "2022-09-31 12:03:11.123456",
                "monorelay handshake v2\nresponder"
            })
    void nothingButATimeIsSigned(String message) {
        Inbound.HandshakeRequestV1 request = new Inbound.HandshakeRequestV1(a.key(), REF, message);
        assertThat(fault(() -> handshake.respond(request, b, THEN))).isEqualTo(Fault.HANDSHAKE_TIME_FORMAT);
    }

    @Test
    void aTimeIsSignedWithinTheWindowOnly() throws ProtocolException {
        Inbound.HandshakeRequestV1 request = handshake.request(a, REF, THEN);
        Duration window = Limits.defaults().handshakeWindow();
        assertThat(handshake.respond(request, b, THEN.plus(window))).isNotNull();
        assertThat(handshake.respond(request, b, THEN.minus(window))).isNotNull();
        Duration beyond = window.plusNanos(1000);
        assertThat(fault(() -> handshake.respond(request, b, THEN.plus(beyond))))
                .isEqualTo(Fault.HANDSHAKE_TIME_WINDOW);
        assertThat(fault(() -> handshake.respond(request, b, THEN.minus(beyond))))
                .isEqualTo(Fault.HANDSHAKE_TIME_WINDOW);
    }

    @Test
    void anAnswerToSomethingElseIsRefused() throws ProtocolException {
        Inbound.HandshakeRequestV1 sent = handshake.request(a, REF, THEN);
        Instant later = THEN.plusSeconds(1);
        Inbound.HandshakeResponseV1 replayed = handshake.respond(handshake.request(a, REF, later), b, later);
        assertThat(fault(() -> handshake.check(sent, replayed, null))).isEqualTo(Fault.HANDSHAKE_UNEXPECTED);
        Inbound.HandshakeResponseV1 otherRef = handshake.respond(handshake.request(a, "http://x", THEN), b, THEN);
        assertThat(fault(() -> handshake.check(sent, otherRef, null))).isEqualTo(Fault.HANDSHAKE_UNEXPECTED);
        Inbound.HandshakeResponseV1 otherKey = handshake.respond(handshake.request(b, REF, THEN), b, THEN);
        assertThat(fault(() -> handshake.check(sent, otherKey, null))).isEqualTo(Fault.HANDSHAKE_UNEXPECTED);
    }

    @Test
    void anotherNodeThanExpectedIsRefused() throws ProtocolException {
        Inbound.HandshakeRequestV1 sent = handshake.request(a, REF, THEN);
        Inbound.HandshakeResponseV1 got = handshake.respond(sent, b, THEN);
        assertThat(fault(() -> handshake.check(sent, got, a.key()))).isEqualTo(Fault.HANDSHAKE_KEY);
    }

    @Test
    void aBorrowedKeyIsRefused() throws ProtocolException {
        Inbound.HandshakeRequestV1 sent = handshake.request(a, REF, THEN);
        byte[] signature = handshake.respond(sent, a, THEN).signature();
        NodeKey borrowed = b.key();
        Inbound.HandshakeResponseV1 got =
                new Inbound.HandshakeResponseV1(sent.key(), REF, borrowed, sent.message(), signature);
        assertThat(fault(() -> handshake.check(sent, got, null))).isEqualTo(Fault.HANDSHAKE_SIGNATURE);
    }

    private Inbound.HandshakeRequestV1 request(String name) throws ProtocolException {
        return (Inbound.HandshakeRequestV1) decoder.decode(Vectors.body(name));
    }

    private static Fault fault(ThrowingCallable call) {
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, call);
        assertThat(refusal).isNotNull();
        return refusal.fault();
    }
}
