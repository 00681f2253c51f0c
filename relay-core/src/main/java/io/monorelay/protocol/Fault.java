package io.monorelay.protocol;

/**
 * What a peer did wrong, or why its request cannot be served now; one constant for each reason, so that each has its
 * own counter.
 *
 * <p>A fault carries the HTTP status of the answer, which is also the {@code code} of a v2 refusal, and the close code
 * for a WebSocket on which the fault cannot be answered in band.
 */
public enum Fault {
    // the frame or the body
    MALFORMED_JSON(400, CloseCode.PROTOCOL_ERROR),
    NESTED_TOO_DEEPLY(400, CloseCode.PROTOCOL_ERROR),
    TOO_MANY_FIELDS(400, CloseCode.PROTOCOL_ERROR),
    INVALID_UTF8(400, CloseCode.INVALID_PAYLOAD),
    TOO_LARGE(413, CloseCode.MESSAGE_TOO_BIG),
    UNKNOWN_SHAPE(400, CloseCode.POLICY_VIOLATION),

    // the message
    MISSING_FIELD(400, CloseCode.POLICY_VIOLATION),
    DUPLICATE_FIELD(400, CloseCode.POLICY_VIOLATION),
    WRONG_TYPE(400, CloseCode.POLICY_VIOLATION),
    WRONG_LENGTH(400, CloseCode.POLICY_VIOLATION),
    NUMBER_OUT_OF_RANGE(400, CloseCode.POLICY_VIOLATION),
    NUL_IN_TEXT(400, CloseCode.POLICY_VIOLATION),
    UNREADABLE_TIME(400, CloseCode.POLICY_VIOLATION),
    STALE_TIME(403, CloseCode.POLICY_VIOLATION),
    FUTURE_TIME(403, CloseCode.POLICY_VIOLATION),
    BAD_SIGNATURE(403, CloseCode.POLICY_VIOLATION),

    // the handshake
    HANDSHAKE_TIME_FORMAT(400, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_TIME_WINDOW(403, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_SIGNATURE(403, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_CHALLENGE(403, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_AUDIENCE(403, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_KEY(403, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_UNEXPECTED(400, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_REQUIRED(403, CloseCode.HANDSHAKE_REFUSED),
    HANDSHAKE_TIMEOUT(408, CloseCode.HANDSHAKE_TIMEOUT),

    // the WebSocket frame
    UNMASKED_FRAME(400, CloseCode.PROTOCOL_ERROR),
    MASKED_FRAME(400, CloseCode.PROTOCOL_ERROR),
    RESERVED_BITS(400, CloseCode.PROTOCOL_ERROR),
    RESERVED_OPCODE(400, CloseCode.PROTOCOL_ERROR),
    BAD_FRAME_LENGTH(400, CloseCode.PROTOCOL_ERROR),
    BAD_CONTROL_FRAME(400, CloseCode.PROTOCOL_ERROR),
    BAD_FRAGMENT(400, CloseCode.PROTOCOL_ERROR),
    BAD_CLOSE_FRAME(400, CloseCode.PROTOCOL_ERROR),
    BAD_COMPRESSION(400, CloseCode.INVALID_PAYLOAD),
    BINARY_FRAME(400, CloseCode.UNSUPPORTED_DATA),

    // the connection and the HTTP request
    UNKNOWN_PROTOCOL(400, CloseCode.PROTOCOL_ERROR),
    PROXY_NOT_TRUSTED(403, CloseCode.POLICY_VIOLATION),
    BAD_PROXY_HEADER(400, CloseCode.PROTOCOL_ERROR),
    BAD_FORWARDED(400, CloseCode.PROTOCOL_ERROR),
    TLS_HANDSHAKE(400, CloseCode.PROTOCOL_ERROR),
    TLS_REQUIRED(403, CloseCode.POLICY_VIOLATION),
    BAD_HTTP_REQUEST(400, CloseCode.PROTOCOL_ERROR),
    BAD_UPGRADE(400, CloseCode.PROTOCOL_ERROR),
    WRONG_WEBSOCKET_VERSION(426, CloseCode.PROTOCOL_ERROR),
    NO_SUCH_PATH(404, CloseCode.POLICY_VIOLATION),
    NO_SUCH_METHOD(405, CloseCode.POLICY_VIOLATION),
    NO_SUCH_MESSAGE(404, CloseCode.POLICY_VIOLATION),
    BAD_PARAMETER(400, CloseCode.POLICY_VIOLATION),
    NOT_FOR_STRANGERS(403, CloseCode.POLICY_VIOLATION),
    UNAUTHORIZED(401, CloseCode.POLICY_VIOLATION),
    CROSS_SITE(403, CloseCode.POLICY_VIOLATION),
    ACCESS_DENIED(403, CloseCode.ACCESS_DENIED),
    PUBLISHING_CLOSED(403, CloseCode.POLICY_VIOLATION),
    UNSUPPORTED_TYPE(415, CloseCode.UNSUPPORTED_DATA),
    REQUEST_TIMEOUT(408, CloseCode.HANDSHAKE_TIMEOUT),
    REFERENCE_NOT_ALLOWED(403, CloseCode.POLICY_VIOLATION),
    MESSAGE_TIMEOUT(408, CloseCode.TOO_SLOW),
    OVER_BUDGET(429, CloseCode.OVER_BUDGET),

    // ours: nothing that the peer could have done better
    LOG_FULL(503, CloseCode.TRY_AGAIN_LATER),
    INBOUND_MEMORY(503, CloseCode.TRY_AGAIN_LATER),
    STORE_UNAVAILABLE(503, CloseCode.TRY_AGAIN_LATER),
    STOPPING(503, CloseCode.GOING_AWAY),
    ANSWER_OVERDUE(503, CloseCode.TRY_AGAIN_LATER),
    INTERNAL(500, CloseCode.INTERNAL_ERROR);

    private final int status;
    private final CloseCode closeCode;

    Fault(int status, CloseCode closeCode) {
        this.status = status;
        this.closeCode = closeCode;
    }

    /** The HTTP status of the answer, also the {@code code} of a v2 refusal. */
    public int status() {
        return status;
    }

    /** The code to close a WebSocket with, where the fault ends the connection. */
    public CloseCode closeCode() {
        return closeCode;
    }
}
