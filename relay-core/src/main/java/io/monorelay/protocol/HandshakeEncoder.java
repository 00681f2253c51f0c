package io.monorelay.protocol;

import java.util.Map;

/**
 * Writes the handshakes of both levels: v1 with keys and signatures as arrays of numbers, v2 with base64url. Every
 * method returns a new array of UTF-8; any thread may call.
 */
public final class HandshakeEncoder {
    private static final int BYTES = 800;

    private HandshakeEncoder() {}

    /** The body of a v1 request. */
    public static byte[] request(Inbound.HandshakeRequestV1 request) {
        return requestMembers(request).raw("}").toBytes();
    }

    /** A v1 request as a WebSocket frame, with its type. */
    public static byte[] typedRequest(Inbound.HandshakeRequestV1 request) {
        return requestMembers(request).raw(",\"_type\":\"HandshakeRequest\"}").toBytes();
    }

    /** A v1 response with its type, as an original node sends it by HTTP too. */
    public static byte[] response(Inbound.HandshakeResponseV1 response) {
        JsonText json = new JsonText(BYTES);
        initiator(json.raw("{"), response.initiatorKey(), response.initiatorRef());
        json.raw(",\"responder_key\":").octets(response.responderKey().bytes(), Form.MONOCHAIN);
        json.raw(",\"message\":").string(response.message());
        json.raw(",\"signature\":").octets(response.signature(), Form.MONOCHAIN);
        return json.raw(",\"_type\":\"HandshakeResponse\"}").toBytes();
    }

    /** A v2 relay's opening. */
    public static byte[] hello(Inbound.Hello hello) {
        JsonText json = new JsonText(BYTES).raw("{\"hello\":{\"version\":").number(hello.version());
        json.raw(",\"key\":").octets(hello.key().bytes(), Form.COMPACT);
        json.raw(",\"challenge\":").octets(hello.challenge(), Form.COMPACT);
        json.raw(",\"network\":").string(hello.network());
        String durability = hello.durability();
        if (durability != null) {
            json.raw(",\"durability\":").string(durability);
        }
        numbers(json.raw(",\"limits\":"), hello.limits());
        return json.raw(",\"ping_interval_s\":")
                .number(hello.pingIntervalSeconds())
                .raw("}}")
                .toBytes();
    }

    /** A v2 node's proof. */
    public static byte[] handshake(Inbound.HandshakeV2 handshake) {
        JsonText json = new JsonText(BYTES).raw("{\"handshake\":{\"key\":");
        json.octets(handshake.key().bytes(), Form.COMPACT);
        json.raw(",\"challenge\":").octets(handshake.challenge(), Form.COMPACT);
        json.raw(",\"answers\":").octets(handshake.answers(), Form.COMPACT);
        json.raw(",\"audience\":").string(handshake.audience());
        json.raw(",\"time\":").string(handshake.time());
        json.raw(",\"ref\":").stringOrNull(handshake.ref());
        resume(json.raw(",\"resume\":"), handshake);
        if (handshake.deliver() != DeliveryMode.BODIES) {
            json.raw(",\"deliver\":").string(handshake.deliver().text());
        }
        return json.raw(",\"signature\":")
                .octets(handshake.signature(), Form.COMPACT)
                .raw("}}")
                .toBytes();
    }

    /** A v2 relay's proof. */
    public static byte[] welcome(Inbound.Welcome welcome) {
        JsonText json = new JsonText(BYTES).raw("{\"welcome\":{\"answers\":");
        json.octets(welcome.answers(), Form.COMPACT);
        json.raw(",\"signature\":").octets(welcome.signature(), Form.COMPACT);
        json.raw(",\"position\":").number(welcome.position());
        json.raw(",\"observed_address\":").stringOrNull(welcome.observedAddress());
        return json.raw(",\"resumed_from\":")
                .numberOrNull(welcome.resumedFrom())
                .raw("}}")
                .toBytes();
    }

    private static JsonText requestMembers(Inbound.HandshakeRequestV1 request) {
        JsonText json = new JsonText(BYTES);
        initiator(json.raw("{"), request.key(), request.ref());
        return json.raw(",\"message\":").string(request.message());
    }

    private static void initiator(JsonText json, NodeKey key, String ref) {
        json.raw("\"initiator\":{\"key\":").octets(key.bytes(), Form.MONOCHAIN);
        json.raw(",\"ref\":").string(ref).raw("}");
    }

    private static void resume(JsonText json, Inbound.HandshakeV2 handshake) {
        Long after = handshake.resumeAfter();
        if (after == null) {
            json.raw("null");
        } else {
            json.raw("{\"after\":").number(after).raw("}");
        }
    }

    private static void numbers(JsonText json, Map<String, Long> numbers) {
        String separator = "{";
        for (Map.Entry<String, Long> entry : numbers.entrySet()) {
            json.raw(separator).string(entry.getKey()).raw(":").number(entry.getValue());
            separator = ",";
        }
        json.raw(numbers.isEmpty() ? "{}" : "}");
    }
}
