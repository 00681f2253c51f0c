package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A WebSocket frame as it was on the wire.
 *
 * @param head its first byte: FIN, reserved bits and opcode
 */
public record Frame(int head, byte[] payload) {
    public static final int TEXT = 0x81;
    public static final int BINARY = 0x82;
    public static final int CLOSE = 0x88;
    public static final int PING = 0x89;
    public static final int PONG = 0x8A;

    public String text() {
        return new String(payload, UTF_8);
    }

    /** The code of a close frame. */
    public int closeCode() {
        if (head != CLOSE || payload.length < 2) {
            throw new AssertionError("expected a close frame with a code, got " + this);
        }
        return (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    @Override
    public String toString() {
        return Integer.toHexString(head) + " " + text();
    }
}
