package io.monorelay.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The masking of RFC 6455, section 5.3: byte i is combined with byte i modulo 4 of the key by exclusive or.
 *
 * <p>A key is an int whose most significant byte comes first on the wire.
 */
final class Masking {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    private Masking() {}

    /** Masks or unmasks bytes in place, the first of them with the first byte of the key. */
    static void apply(byte[] bytes, int from, int to, int key) {
        long wide = widen(key);
        int position = from;
        for (; position <= to - Long.BYTES; position += Long.BYTES) {
            LONGS.set(bytes, position, (long) LONGS.get(bytes, position) ^ wide);
        }
        int rest = key;
        for (; position < to; position++) {
            bytes[position] ^= (byte) (rest >>> 24);
            rest = rotate(rest, 1);
        }
    }

    /** The eight bytes from a position, the first of them most significant. */
    static long wordAt(byte[] bytes, int position) {
        return (long) LONGS.get(bytes, position);
    }

    /** The key twice over, to mask eight bytes at once. */
    static long widen(int key) {
        return ((long) key << Integer.SIZE) | (key & 0xFFFFFFFFL);
    }

    /** The key as it applies after a number of bytes. */
    static int rotate(int key, int bytes) {
        return Integer.rotateLeft(key, (bytes & 3) * Byte.SIZE);
    }
}
