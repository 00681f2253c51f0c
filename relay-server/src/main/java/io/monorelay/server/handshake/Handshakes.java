package io.monorelay.server.handshake;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.handshake.Audience;
import io.monorelay.handshake.Challenges;
import io.monorelay.handshake.HandshakeV1;
import io.monorelay.handshake.HandshakeV2;
import io.monorelay.handshake.ProvenNode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.server.config.RelayConfig;
import java.net.URI;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Both handshakes as this node does them, by HTTP and WebSocket alike: with its identity, its clock, the addresses by
 * which it may be dialled, and the challenges that it has given out. Any thread.
 */
public final class Handshakes {
    private final NodeIdentity self;
    private volatile RelayConfig config;
    private final InstantSource clock;
    private final HandshakeV1 v1;
    private final HandshakeV2 v2;
    private final Challenges httpChallenges;
    private final Strangers strangers;
    private final Set<String> audiences;
    private final HandshakeV2.Terms terms;

    public Handshakes(
            NodeIdentity self,
            Ed25519 ed25519,
            RelayConfig config,
            Limits limits,
            InstantSource clock,
            Strangers strangers) {
        this.self = self;
        this.config = config;
        this.clock = clock;
        this.strangers = strangers;
        v1 = new HandshakeV1(ed25519, limits);
        v2 = new HandshakeV2(ed25519, limits);
        httpChallenges = new Challenges(limits);
        audiences = config.node().publicAddresses().stream()
                .map(address -> Audience.of(address.toString()))
                .collect(Collectors.toUnmodifiableSet());
        Map<String, Long> stated = new TreeMap<>();
        stated.put("message_max_bytes", (long) config.messages().maxBytes());
        stated.put("time_window_s", config.messages().timeWindow().toSeconds());
        terms = new HandshakeV2.Terms(
                config.node().network(),
                config.store().durability().text(),
                Collections.unmodifiableMap(stated),
                v2PingSeconds());
    }

    /** From now on it is done with these settings, as far as they can change. */
    public void use(RelayConfig wanted) {
        config = wanted;
    }

    public NodeKey key() {
        return self.key();
    }

    /** What a v2 hello and the node's page say of the limits. */
    public Map<String, Long> statedLimits() {
        return terms.limits();
    }

    /** Answers a v1 initiator, and has its address checked. */
    public Inbound.HandshakeResponseV1 respond(Inbound.HandshakeRequestV1 request) throws ProtocolException {
        Inbound.HandshakeResponseV1 response = v1.respond(request, self, clock.instant());
        if (!request.ref().isEmpty()) {
            strangers.named(request.ref(), request.key(), Level.V1);
        }
        return response;
    }

    /** Asks a v1 node for its proof. */
    public Inbound.HandshakeRequestV1 request() {
        return v1.request(self, referenceOf(config), clock.instant());
    }

    /** What a node of that configuration gives as its own address: its first public one over HTTP, or nothing. */
    public static String referenceOf(RelayConfig config) {
        return config.node().publicAddresses().stream()
                .filter(address -> address.getScheme().startsWith("http"))
                .map(URI::toString)
                .findFirst()
                .orElse("");
    }

    /** Checks the answer to {@link #request}; returns the key that is proven by it. */
    public NodeKey check(Inbound.HandshakeRequestV1 sent, Inbound.HandshakeResponseV1 response)
            throws ProtocolException {
        v1.check(sent, response, null);
        return response.responderKey();
    }

    public byte[] newChallenge() {
        return v2.newChallenge();
    }

    /** Opens a v2 handshake with a challenge that the caller remembers. */
    public Inbound.Hello hello(byte[] challenge) {
        return v2.hello(self.key(), challenge, terms);
    }

    /** Opens a v2 handshake with a challenge that is remembered here. */
    public Inbound.Hello openHttp() {
        return hello(httpChallenges.issue());
    }

    /** Checks the node's proof, given the challenge that it was to answer. */
    public ProvenNode accept(Inbound.HandshakeV2 handshake, byte[] challenge) throws ProtocolException {
        ProvenNode node = v2.accept(handshake, challenge, self.key(), audiences, clock.instant());
        String ref = handshake.ref();
        if (ref != null) {
            strangers.named(ref, node.key(), Level.V2);
        }
        return node;
    }

    /** Checks the proof of a node that answers a challenge of {@link #openHttp}. */
    public ProvenNode acceptHttp(Inbound.HandshakeV2 handshake) throws ProtocolException {
        if (!httpChallenges.redeem(handshake.answers())) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_CHALLENGE,
                    "field \"answers\": expected the challenge of a hello that is neither used nor too old");
        }
        return accept(handshake, handshake.answers());
    }

    /**
     * This node's proof for one that has proven its own.
     *
     * @param position the last of the log
     * @param resumedFrom the one after which deliveries start, or null if they start with what comes from now on
     */
    public Inbound.Welcome welcome(
            ProvenNode node, long position, @Nullable String observedAddress, @Nullable Long resumedFrom) {
        return v2.welcome(node, self, position, observedAddress, resumedFrom);
    }

    public int v1PingSeconds() {
        return (int) config.pings().v1Interval().toSeconds();
    }

    public int v2PingSeconds() {
        return (int) config.pings().v2Interval().toSeconds();
    }

    /** How long a v2 node has for its proof. */
    public int deadlineSeconds() {
        return (int) config.timeouts().handshake().toSeconds();
    }
}
