package io.monorelay.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a frame or a body says, of either session level and in either direction. Nothing in it has been proven: see the
 * verifier for messages and the handshakes for keys. The arrays belong to the record and are not to be changed.
 */
@SuppressWarnings("ArrayRecordComponent") // read once by the handshake, which compares them in constant time
public sealed interface Inbound {
    /** A message to be published. */
    record Publish(DecodedMessage message) implements Inbound {}

    /** A message that a relay delivers. */
    record Delivery(long position, DecodedMessage message) implements Inbound {}

    /** A message that a relay has at that position, which comes only if it is fetched. */
    record Announcement(long position, MessageId id) implements Inbound {}

    /** These messages are wanted, each with its delivery or a refusal that names it; 1 to {@link Limits#MAX_FETCH_IDS}. */
    record Fetch(List<MessageId> ids) implements Inbound {}

    /**
     * A v1 handshake: who asks, and the text to be signed.
     *
     * @param ref the initiator's address, as it says
     * @param message what the initiator wants signed; a time, if it is honest
     */
    record HandshakeRequestV1(NodeKey key, String ref, String message) implements Inbound {}

    /** The answer to a v1 handshake, with the signature of the responder over the bytes of {@code message}. */
    record HandshakeResponseV1(
            NodeKey initiatorKey, String initiatorRef, NodeKey responderKey, String message, byte[] signature)
            implements Inbound {}

    /**
     * A relay's opening of a v2 session.
     *
     * @param challenge 32 bytes that the node's signature must answer
     * @param durability what an acknowledged message survives, by the name of the level, if the relay says so
     * @param limits what the relay accepts, by name
     * @param pingIntervalSeconds how often the relay pings
     */
    record Hello(
            int version,
            NodeKey key,
            byte[] challenge,
            String network,
            @Nullable String durability,
            Map<String, Long> limits,
            int pingIntervalSeconds)
            implements Inbound {}

    /**
     * A node's proof of its key.
     *
     * @param challenge 32 bytes for the relay to answer
     * @param answers the relay's challenge
     * @param audience the address that the node dialled, as scheme://host[:port]
     * @param time when it was signed, in microseconds
     * @param ref where others reach the node, if they can
     * @param resumeAfter the last position that the node has, if it wants what follows
     * @param deliver what the node wants of messages to everybody
     */
    record HandshakeV2(
            NodeKey key,
            byte[] challenge,
            byte[] answers,
            String audience,
            String time,
            @Nullable String ref,
            @Nullable Long resumeAfter,
            DeliveryMode deliver,
            byte[] signature)
            implements Inbound {}

    /**
     * The relay's proof of its key, which opens the session.
     *
     * @param answers the node's challenge
     * @param position the last position of the log
     * @param observedAddress the node's address as the relay sees it
     * @param resumedFrom the position after which deliveries start, if the node asked to resume
     */
    record Welcome(
            byte[] answers,
            byte[] signature,
            long position,
            @Nullable String observedAddress,
            @Nullable Long resumedFrom)
            implements Inbound {}

    /** Everything up to this position has been processed. */
    record Ack(long position) implements Inbound {}

    /**
     * A request has been granted.
     *
     * @param receiver {@code online} or {@code stored}, for an addressed message
     * @param durability what a message that was stored survives, by the name of the level
     */
    record Success(
            String info,
            @Nullable MessageId id,
            @Nullable Long position,
            @Nullable String receiver,
            @Nullable String durability)
            implements Inbound {}

    /**
     * A request has been refused.
     *
     * @param code the HTTP status that fits, or an original node's 1
     * @param retryAfterMillis when to try again, if that helps
     */
    record Refusal(
            int code,
            String info,
            @Nullable MessageId id,
            @Nullable Long retryAfterMillis) implements Inbound {}

    /** The positions {@code from} to {@code to}, both included, are not coming on this connection. */
    record Gap(long from, long to, String reason) implements Inbound {}

    /** The relay is going away: connect elsewhere, then close. */
    record Drain(long withinMillis, List<String> alternatives) implements Inbound {}
}
