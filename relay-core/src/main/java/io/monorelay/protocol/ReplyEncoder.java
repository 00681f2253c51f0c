package io.monorelay.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a relay and a node answer each other once a session is open, and the bodies of HTTP answers. Every method
 * returns a new array of UTF-8; any thread may call.
 */
public final class ReplyEncoder {
    private static final int BYTES = 192;
    private static final String V1_VALID = "Broadcast message was valid";
    private static final String V1_INVALID = "Broadcast message was invalid";
    private static final int V1_INVALID_CODE = 1;

    private ReplyEncoder() {}

    /** What a v1 peer gets for a message that was accepted. */
    public static byte[] v1Success() {
        return new JsonText(BYTES)
                .raw("{\"info\":")
                .string(V1_VALID)
                .raw(",\"_type\":\"WS_Success\"}")
                .toBytes();
    }

    /** What a v1 peer gets for a message that is invalid, word for word as an original node says it. */
    public static byte[] v1Error() {
        return v1Error(V1_INVALID_CODE, V1_INVALID);
    }

    /** What a v1 peer gets for anything else that was refused. */
    public static byte[] v1Error(int code, String info) {
        return new JsonText(BYTES)
                .raw("{\"code\":")
                .number(code)
                .raw(",\"info\":")
                .string(info)
                .raw(",\"_type\":\"WS_Error\"}")
                .toBytes();
    }

    /** A v2 acknowledgement, and the body of an HTTP success. */
    public static byte[] success(Inbound.Success success) {
        JsonText json = new JsonText(BYTES).raw("{\"info\":").string(success.info());
        id(json, success.id());
        Long position = success.position();
        if (position != null) {
            json.raw(",\"position\":").number(position);
        }
        String receiver = success.receiver();
        if (receiver != null) {
            json.raw(",\"receiver\":").string(receiver);
        }
        String durability = success.durability();
        if (durability != null) {
            json.raw(",\"durability\":").string(durability);
        }
        return json.raw("}").toBytes();
    }

    /** A v2 refusal, and the body of an HTTP error. */
    public static byte[] refusal(Inbound.Refusal refusal) {
        JsonText json = new JsonText(BYTES).raw("{\"code\":").number(refusal.code());
        json.raw(",\"info\":").string(refusal.info());
        id(json, refusal.id());
        Long retryAfterMillis = refusal.retryAfterMillis();
        if (retryAfterMillis != null) {
            json.raw(",\"retry_after_ms\":").number(retryAfterMillis);
        }
        return json.raw("}").toBytes();
    }

    /** The refusal of a fault, whose HTTP status becomes the code. */
    public static byte[] refusal(Fault fault, String info, @Nullable MessageId id, @Nullable Long retryAfterMillis) {
        return refusal(new Inbound.Refusal(fault.status(), info, id, retryAfterMillis));
    }

    public static byte[] ack(Inbound.Ack ack) {
        return new JsonText(48)
                .raw("{\"ack\":{\"position\":")
                .number(ack.position())
                .raw("}}")
                .toBytes();
    }

    public static byte[] gap(Inbound.Gap gap) {
        JsonText json = new JsonText(BYTES).raw("{\"gap\":{\"from\":").number(gap.from());
        json.raw(",\"to\":").number(gap.to());
        return json.raw(",\"reason\":").string(gap.reason()).raw("}}").toBytes();
    }

    public static byte[] drain(Inbound.Drain drain) {
        JsonText json = new JsonText(BYTES).raw("{\"drain\":{\"within_ms\":").number(drain.withinMillis());
        strings(json.raw(",\"alternatives\":"), drain.alternatives());
        return json.raw("}}").toBytes();
    }

    public static byte[] announcement(Inbound.Announcement announcement) {
        JsonText json = new JsonText(BYTES).raw("{\"position\":").number(announcement.position());
        id(json, announcement.id());
        return json.raw("}").toBytes();
    }

    public static byte[] fetch(Inbound.Fetch fetch) {
        JsonText json = new JsonText(BYTES).raw("{\"fetch\":{\"ids\":");
        strings(json, fetch.ids().stream().map(MessageId::toString).toList());
        return json.raw("}}").toBytes();
    }

    private static void id(JsonText json, @Nullable MessageId id) {
        if (id != null) {
            byte[] hex = new byte[MessageId.HEX_DIGITS];
            id.writeHex(hex, 0);
            json.raw(",\"id\":\"").raw(hex, 0, hex.length).raw("\"");
        }
    }

    private static void strings(JsonText json, List<String> texts) {
        json.raw("[");
        for (int i = 0; i < texts.size(); i++) {
            json.raw(i == 0 ? "" : ",").string(texts.get(i));
        }
        json.raw("]");
    }
}
