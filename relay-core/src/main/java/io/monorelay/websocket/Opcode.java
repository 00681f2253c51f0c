package io.monorelay.websocket;

/** The frame types of RFC 6455, section 5.2: the lower four bits of a frame's first byte. */
public final class Opcode {
    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    /** The first reserved bit says that a text is compressed (RFC 7692, section 6). */
    static final int COMPRESSED_TEXT = 0x40 | TEXT;

    private Opcode() {}

    static boolean isControl(int opcode) {
        return (opcode & 0x8) != 0;
    }

    static boolean isReserved(int opcode) {
        return opcode > PONG || (opcode > BINARY && opcode < CLOSE);
    }
}
