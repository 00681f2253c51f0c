package io.monorelay.protocol;

/**
 * The WebSocket close codes that this relay sends, each with what the other side should do next.
 *
 * <p>Codes from 4000 are private to the protocol: 4000–4099 do not reconnect with the same behaviour, 4100–4199
 * reconnect with back-off, 4200–4299 reconnect at once. Below 4000 they are those of RFC 6455, section 7.4.
 */
public enum CloseCode {
    NORMAL(1000, Next.STAY_AWAY),
    GOING_AWAY(1001, Next.RECONNECT_AT_ONCE),
    PROTOCOL_ERROR(1002, Next.STAY_AWAY),
    UNSUPPORTED_DATA(1003, Next.STAY_AWAY),
    INVALID_PAYLOAD(1007, Next.STAY_AWAY),
    POLICY_VIOLATION(1008, Next.STAY_AWAY),
    MESSAGE_TOO_BIG(1009, Next.STAY_AWAY),
    INTERNAL_ERROR(1011, Next.RECONNECT_WITH_BACK_OFF),
    SERVICE_RESTART(1012, Next.RECONNECT_AT_ONCE),
    TRY_AGAIN_LATER(1013, Next.RECONNECT_WITH_BACK_OFF),
    HANDSHAKE_REFUSED(4000, Next.STAY_AWAY),
    HANDSHAKE_TIMEOUT(4001, Next.STAY_AWAY),
    ACCESS_DENIED(4002, Next.STAY_AWAY),
    TOO_SLOW(4100, Next.RECONNECT_WITH_BACK_OFF),
    REPLACED(4101, Next.RECONNECT_WITH_BACK_OFF),
    SILENT(4102, Next.RECONNECT_WITH_BACK_OFF),
    OVER_BUDGET(4103, Next.RECONNECT_WITH_BACK_OFF);

    /** What the closed side should do. */
    public enum Next {
        STAY_AWAY,
        RECONNECT_WITH_BACK_OFF,
        RECONNECT_AT_ONCE;

        /** What a close with this code, known or not, asks for. */
        public static Next after(int code) {
            if (code == 1001 || code == 1012 || (code >= 4200 && code <= 4299)) {
                return RECONNECT_AT_ONCE;
            }
            boolean doNotRepeat = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1009);
            if (doNotRepeat || (code >= 4000 && code <= 4099)) {
                return STAY_AWAY;
            }
            return RECONNECT_WITH_BACK_OFF;
        }
    }

    private final int code;
    private final Next next;

    CloseCode(int code, Next next) {
        this.code = code;
        this.next = next;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** What the closed side should do. */
    public Next next() {
        return next;
    }
}
