package io.monorelay.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The SHA-256 of the contents that were signed, as four big-endian words. */
public record MessageId(long a, long b, long c, long d) {
    /** The length of an id. */
    public static final int BYTES = 32;

    /** The length of an id in hex. */
    public static final int HEX_DIGITS = 2 * BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    /**
     * The id of a digest.
     *
     * @throws IllegalArgumentException if it does not have 32 bytes
     */
    public static MessageId of(byte[] digest) {
        if (digest.length != BYTES) {
            throw new IllegalArgumentException("a digest of " + digest.length + " bytes, expected " + BYTES);
        }
        return new MessageId(word(digest, 0), word(digest, 8), word(digest, 16), word(digest, 24));
    }

    /**
     * Reads 64 hex digits of either case.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static MessageId parse(String hex) {
        if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "a message id has " + HEX_DIGITS + " hex digits, unlike \"" + hex + "\"");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    /** Writes the 64 lower-case digits into {@code target} from {@code offset}. */
    public void writeHex(byte[] target, int offset) {
        writeHex(a, target, offset);
        writeHex(b, target, offset + 16);
        writeHex(c, target, offset + 32);
        writeHex(d, target, offset + 48);
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        LONGS.set(bytes, 0, a);
        LONGS.set(bytes, 8, b);
        LONGS.set(bytes, 16, c);
        LONGS.set(bytes, 24, d);
        return bytes;
    }

    /** 64 lower-case hex digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }

    private static long word(byte[] source, int offset) {
        return (long) LONGS.get(source, offset);
    }

    private static void writeHex(long word, byte[] target, int offset) {
        for (int i = 0; i < 16; i++) {
            target[offset + i] = DIGITS[(int) (word >>> (60 - 4 * i)) & 15];
        }
    }
}
