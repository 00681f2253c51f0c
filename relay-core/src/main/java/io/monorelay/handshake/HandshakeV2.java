package io.monorelay.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Base64Url;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.WireTime;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mutual handshake: each side signs the other's fresh challenge, together with both keys and the address that was
 * dialled, so that a proof is good for one connection to one relay. Records in, records out; any thread may call.
 *
 * <p>The relay says {@link #hello}, the node {@link #answer}s, the relay {@link #accept}s and says {@link #welcome}, the
 * node {@link #check}s. That a challenge is answered once only is up to who issued it.
 */
public final class HandshakeV2 {
    /** The version that a hello states. */
    public static final int VERSION = 2;

    /** The length of a challenge. */
    public static final int CHALLENGE_BYTES = 32;

    /**
     * What a node knows when it dials.
     *
     * @param audience the address that it dialled, as {@link Audience#of} writes it
     * @param expectedRelay the key that the relay must have, or null for any
     * @param ref where others reach the node, or null
     * @param resumeAfter the last position that it has, or null to start with what comes
     * @param deliver what it wants of messages to everybody
     */
    public record Dialled(
            String audience,
            @Nullable NodeKey expectedRelay,
            @Nullable String ref,
            @Nullable Long resumeAfter,
            DeliveryMode deliver) {
        /** What a node knows that wants all messages whole. */
        public Dialled(
                String audience, @Nullable NodeKey expectedRelay, @Nullable String ref, @Nullable Long resumeAfter) {
            this(audience, expectedRelay, ref, resumeAfter, DeliveryMode.BODIES);
        }
    }

    /**
     * What a relay states in its opening.
     *
     * @param network the name of the network that it belongs to
     * @param durability what an acknowledged message survives, by the name of the level, or null to leave it open
     * @param limits what it accepts, by name
     * @param pingIntervalSeconds how often it pings
     */
    public record Terms(
            String network, @Nullable String durability, Map<String, Long> limits, int pingIntervalSeconds) {}

    private enum Role {
        INITIATOR("initiator"),
        RESPONDER("responder");

        private final String line;

        Role(String line) {
            this.line = line;
        }
    }

    /** What both signatures cover besides the role and the challenge. */
    private record Session(NodeKey initiator, NodeKey responder, String audience, String time) {
        byte[] signedBy(Role role, byte[] challenge) {
            return String.join(
                            "\n",
                            PREFIX,
                            role.line,
                            initiator.toString(),
                            responder.toString(),
                            Base64Url.encode(challenge),
                            audience,
                            time)
                    .getBytes(UTF_8);
        }
    }

    /** Keeps a signed handshake from ever being a message or the time of a v1 handshake. */
    private static final String PREFIX = "monorelay handshake v2";

    private final Ed25519 ed25519;
    private final HandshakeTime time;
    private final SecureRandom random = new SecureRandom();

    public HandshakeV2(Ed25519 ed25519, Limits limits) {
        this.ed25519 = ed25519;
        this.time = new HandshakeTime(limits.handshakeWindow());
    }

    /** A fresh challenge. */
    public byte[] newChallenge() {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        return challenge;
    }

    /** The relay's opening, with a challenge for the node. */
    public Inbound.Hello hello(NodeKey self, byte[] challenge, Terms terms) {
        return new Inbound.Hello(
                VERSION,
                self,
                challenge,
                terms.network(),
                terms.durability(),
                terms.limits(),
                terms.pingIntervalSeconds());
    }

    /**
     * The node's proof.
     *
     * @throws ProtocolException with {@link Fault#HANDSHAKE_UNEXPECTED} for another version, {@link Fault#HANDSHAKE_KEY}
     *     if it is not the relay that was expected
     */
    public Inbound.HandshakeV2 answer(Inbound.Hello hello, NodeIdentity self, Dialled dialled, Instant now)
            throws ProtocolException {
        if (hello.version() != VERSION) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_UNEXPECTED, "field \"version\": expected " + VERSION + ", got " + hello.version());
        }
        NodeKey expected = dialled.expectedRelay();
        if (expected != null && !expected.equals(hello.key())) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_KEY, "field \"key\": expected " + expected + ", got " + hello.key());
        }
        String written = WireTime.formatMicros(now);
        Session session = new Session(self.key(), hello.key(), dialled.audience(), written);
        return new Inbound.HandshakeV2(
                self.key(),
                newChallenge(),
                hello.challenge(),
                dialled.audience(),
                written,
                dialled.ref(),
                dialled.resumeAfter(),
                dialled.deliver(),
                self.sign(session.signedBy(Role.INITIATOR, hello.challenge())));
    }

    /**
     * The relay's check of the node's proof.
     *
     * @param challenge the one that this node was given and has not answered yet
     * @param self the relay's key
     * @param audiences the relay's addresses, as {@link Audience#of} writes them; empty for any
     * @throws ProtocolException with the fault of the handshake that was found
     */
    public ProvenNode accept(
            Inbound.HandshakeV2 got, byte[] challenge, NodeKey self, Set<String> audiences, Instant now)
            throws ProtocolException {
        checkAnswers(got.answers(), challenge);
        checkAudience(got.audience(), audiences);
        time.check("time", got.time(), now);
        Session session = new Session(got.key(), self, got.audience(), got.time());
        checkSignature(got.key(), session.signedBy(Role.INITIATOR, challenge), got.signature());
        return new ProvenNode(got);
    }

    /** The relay's own proof, for a node that has proven its key. */
    public Inbound.Welcome welcome(
            ProvenNode node,
            NodeIdentity self,
            long position,
            @Nullable String observedAddress,
            @Nullable Long resumedFrom) {
        Inbound.HandshakeV2 answered = node.handshake();
        Session session = new Session(node.key(), self.key(), answered.audience(), answered.time());
        byte[] signature = self.sign(session.signedBy(Role.RESPONDER, answered.challenge()));
        return new Inbound.Welcome(answered.challenge(), signature, position, observedAddress, resumedFrom);
    }

    /**
     * The node's check of the relay's proof.
     *
     * @throws ProtocolException with the fault of the handshake that was found
     */
    public void check(Inbound.Hello hello, Inbound.HandshakeV2 sent, Inbound.Welcome got) throws ProtocolException {
        checkAnswers(got.answers(), sent.challenge());
        Session session = new Session(sent.key(), hello.key(), sent.audience(), sent.time());
        checkSignature(hello.key(), session.signedBy(Role.RESPONDER, sent.challenge()), got.signature());
    }

    private static void checkAnswers(byte[] answers, byte[] challenge) throws ProtocolException {
        if (!MessageDigest.isEqual(answers, challenge)) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_CHALLENGE, "field \"answers\": expected the challenge that was given");
        }
    }

    private static void checkAudience(String got, Set<String> audiences) throws ProtocolException {
        String audience;
        try {
            audience = Audience.of(got);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_AUDIENCE, "field \"audience\": expected ws, wss, http or https://host[:port]");
        }
        if (!audiences.isEmpty() && !audiences.contains(audience)) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_AUDIENCE, "field \"audience\": " + audience + " is no address of this relay");
        }
    }

    private void checkSignature(NodeKey key, byte[] signed, byte[] signature) throws ProtocolException {
        if (!ed25519.verify(key, signed, 0, signed.length, signature)) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_SIGNATURE,
                    "field \"signature\": expected the signature of this handshake by " + key);
        }
    }
}
