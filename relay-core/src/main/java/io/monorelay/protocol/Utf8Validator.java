package io.monorelay.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Says of bytes that come in pieces whether they are UTF-8, at the first byte that cannot be: overlong forms, surrogates
 * and anything above U+10FFFF are refused (Unicode, table 3-7, "Well-Formed UTF-8 Byte Sequences").
 *
 * <p>Not thread-safe.
 */
public final class Utf8Validator {
    /*
     * The state between two bytes is one int. BOUNDARY: a character is complete. INVALID: no more bytes can make it
     * right. Otherwise bits 0-7 are the number of continuation bytes to come, bits 8-15 and 16-23 the lowest and the
     * highest value allowed for the next one: only the first continuation byte has a narrower range than 80..BF, and
     * that range is what excludes overlong forms, surrogates and what lies above U+10FFFF.
     */
    private static final int BOUNDARY = 0;
    private static final int INVALID = -1;

    private static final int LOWEST = 0x80;
    private static final int HIGHEST = 0xBF;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();

    private int state = BOUNDARY;

    /** Whether a piece of an array is UTF-8 by itself. */
    public static boolean isValid(byte[] bytes, int from, int to) {
        return advance(BOUNDARY, bytes, from, to) == BOUNDARY;
    }

    /** Takes the next bytes; false from the first byte on that cannot be part of UTF-8 text, and ever after. */
    public boolean accept(byte[] bytes, int from, int to) {
        state = advance(state, bytes, from, to);
        return state != INVALID;
    }

    /** Whether the bytes so far are valid and end at the end of a character. */
    public boolean isComplete() {
        return state == BOUNDARY;
    }

    private static int advance(int before, byte[] bytes, int from, int to) {
        int state = before;
        int position = from;
        while (position < to && state != INVALID) {
            if (state == BOUNDARY) {
                position = skipAscii(bytes, position, to);
                if (position == to) {
                    return BOUNDARY;
                }
                state = lead(bytes[position] & 0xFF);
            } else {
                state = continuation(state, bytes[position] & 0xFF);
            }
            position++;
        }
        return state;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int position = from;
        while (position <= to - Long.BYTES && ((long) LONGS.get(bytes, position) & HIGH_BITS) == 0) {
            position += Long.BYTES;
        }
        while (position < to && bytes[position] >= 0) {
            position++;
        }
        return position;
    }

    private static int lead(int value) {
        if (value < 0xC2 || value > 0xF4) {
            return INVALID;
        }
        if (value < 0xE0) {
            return expecting(1, LOWEST, HIGHEST);
        }
        return switch (value) {
            case 0xE0 -> expecting(2, 0xA0, HIGHEST);
            case 0xED -> expecting(2, LOWEST, 0x9F);
            case 0xF0 -> expecting(3, 0x90, HIGHEST);
            case 0xF4 -> expecting(3, LOWEST, 0x8F);
            default -> expecting(value < 0xF0 ? 2 : 3, LOWEST, HIGHEST);
        };
    }

    private static int continuation(int state, int value) {
        int lowest = (state >>> 8) & 0xFF;
        int highest = state >>> 16;
        if (value < lowest || value > highest) {
            return INVALID;
        }
        int left = (state & 0xFF) - 1;
        return left == 0 ? BOUNDARY : expecting(left, LOWEST, HIGHEST);
    }

    private static int expecting(int count, int lowest, int highest) {
        return count | (lowest << 8) | (highest << 16);
    }
}
