package io.monorelay.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A node's Ed25519 public key (RFC 8032, section 5.1.5), which is also its address. The 32 bytes are taken as they
 * are: whether they are a point of the curve is found out by who verifies with them. Immutable.
 */
public final class NodeKey {
    /** The length of a key. */
    public static final int BYTES = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final VarHandle BUFFER_LONGS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    private NodeKey(byte[] source, int offset) {
        a = (long) LONGS.get(source, offset);
        b = (long) LONGS.get(source, offset + 8);
        c = (long) LONGS.get(source, offset + 16);
        d = (long) LONGS.get(source, offset + 24);
    }

    /**
     * The key of exactly these bytes.
     *
     * @throws IllegalArgumentException if there are not 32
     */
    public static NodeKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes, expected " + BYTES);
        }
        return new NodeKey(key, 0);
    }

    /**
     * The key in the 32 bytes from {@code offset}.
     *
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public static NodeKey of(byte[] source, int offset) {
        return new NodeKey(source, offset);
    }

    /**
     * Reads a key written by people: unpadded base64url (43 characters) or hex (64 digits).
     *
     * @throws IllegalArgumentException if it is neither, naming what it is and what was expected
     */
    public static NodeKey parse(String text) {
        byte[] key = decode(text);
        if (key == null) {
            throw new IllegalArgumentException(
                    "the key \"" + text + "\" is neither 43 characters of unpadded base64url nor 64 hex digits");
        }
        return new NodeKey(key, 0);
    }

    private static byte @Nullable [] decode(String text) {
        if (text.length() != 2 * BYTES) {
            return Base64Url.decode(text, BYTES);
        }
        return text.chars().allMatch(HexFormat::isHexDigit) ? HexFormat.of().parseHex(text) : null;
    }

    /** Writes the 32 bytes to that place of a buffer, whatever its order. */
    public void write(ByteBuffer target, int offset) {
        BUFFER_LONGS.set(target, offset, a);
        BUFFER_LONGS.set(target, offset + 8, b);
        BUFFER_LONGS.set(target, offset + 16, c);
        BUFFER_LONGS.set(target, offset + 24, d);
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NodeKey key && a == key.a && b == key.b && c == key.c && d == key.d;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a + 31 * (b + 31 * (c + 31 * d)));
    }

    /** The key in unpadded base64url. */
    @Override
    public String toString() {
        return Base64Url.encode(bytes());
    }
}
