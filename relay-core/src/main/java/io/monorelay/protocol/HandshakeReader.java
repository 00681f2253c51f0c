package io.monorelay.protocol;

import static io.monorelay.protocol.ContentsReader.present;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads the values of the members that open a session: one object each, all of its members kept until it is whole. */
final class HandshakeReader implements JsonCursor.Members {
    /** Who starts a v1 handshake. */
    record Initiator(NodeKey key, String ref) {}

    /** The length of a challenge in bytes. */
    static final int CHALLENGE_BYTES = 32;

    /** The length of a signature in bytes. */
    static final int SIGNATURE_BYTES = 64;

    private final JsonCursor cursor;
    private @Nullable NodeKey key;
    private byte @Nullable [] challenge;
    private byte @Nullable [] answers;
    private byte @Nullable [] signature;
    private @Nullable String ref;
    private @Nullable String audience;
    private @Nullable String time;
    private @Nullable String network;
    private @Nullable String durability;
    private @Nullable String observedAddress;
    private @Nullable Long after;
    private DeliveryMode deliver = DeliveryMode.BODIES;
    private @Nullable Long resumedFrom;
    private @Nullable Long version;
    private @Nullable Long position;
    private @Nullable Long pingIntervalSeconds;
    private final Map<String, Long> limits = new LinkedHashMap<>();

    HandshakeReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    Initiator initiator() throws ProtocolException {
        cursor.object("initiator", this);
        return new Initiator(present("key", key), present("ref", ref));
    }

    Inbound.Hello hello() throws ProtocolException {
        cursor.object("hello", this);
        return new Inbound.Hello(
                present("version", version).intValue(),
                present("key", key),
                present("challenge", challenge),
                present("network", network),
                durability,
                limits,
                present("ping_interval_s", pingIntervalSeconds).intValue());
    }

    Inbound.HandshakeV2 handshake() throws ProtocolException {
        cursor.object("handshake", this);
        return new Inbound.HandshakeV2(
                present("key", key),
                present("challenge", challenge),
                present("answers", answers),
                present("audience", audience),
                present("time", time),
                ref,
                after,
                deliver,
                present("signature", signature));
    }

    Inbound.Welcome welcome() throws ProtocolException {
        cursor.object("welcome", this);
        return new Inbound.Welcome(
                present("answers", answers),
                present("signature", signature),
                present("position", position),
                observedAddress,
                resumedFrom);
    }

    @Override
    public boolean read(String name) throws ProtocolException {
        switch (name) {
            case "key" -> key = cursor.key(name);
            case "challenge" -> challenge = cursor.octets(name, CHALLENGE_BYTES).value();
            case "answers" -> answers = cursor.octets(name, CHALLENGE_BYTES).value();
            case "signature" -> signature = cursor.octets(name, SIGNATURE_BYTES).value();
            case "ref" -> ref = cursor.textOrNull(name);
            case "audience" -> audience = cursor.text(name);
            case "time" -> time = cursor.text(name);
            case "resume" -> resume();
            case "deliver" -> deliver = DeliveryMode.parse(name, cursor.text(name));
            case "version" -> version = cursor.number(name, 1, Integer.MAX_VALUE);
            case "network" -> network = cursor.text(name);
            case "durability" -> durability = cursor.textOrNull(name);
            case "limits" -> cursor.object(name, this::readLimit);
            case "ping_interval_s" -> pingIntervalSeconds = cursor.number(name, 0, Integer.MAX_VALUE);
            case "position" -> position = cursor.count(name);
            case "observed_address" -> observedAddress = cursor.textOrNull(name);
            case "resumed_from" -> resumedFrom = cursor.countOrNull(name);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void resume() throws ProtocolException {
        if (!cursor.isAt(JsonToken.VALUE_NULL)) {
            cursor.object("resume", this::readResume);
            present("after", after);
        }
    }

    private boolean readResume(String name) throws ProtocolException {
        if (name.equals("after")) {
            after = cursor.count(name);
            return true;
        }
        return false;
    }

    /** Limits that are no numbers are for later versions. */
    private boolean readLimit(String name) throws ProtocolException {
        if (cursor.isAt(JsonToken.VALUE_NUMBER_INT)) {
            limits.put(name, cursor.number(name, Long.MIN_VALUE, Long.MAX_VALUE));
            return true;
        }
        return false;
    }
}
