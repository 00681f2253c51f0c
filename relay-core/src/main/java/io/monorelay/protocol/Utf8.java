package io.monorelay.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells whether bytes are UTF-8 as of RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    static boolean isValid(byte[] text, int offset, int length) {
        int end = offset + length;
        int at = afterAscii(text, offset, end);
        while (at >= 0 && at < end) {
            at = afterCharacter(text, at, end);
            if (at >= 0) {
                at = afterAscii(text, at, end);
            }
        }
        return at == end;
    }

    private static int afterAscii(byte[] text, int from, int end) {
        int at = from;
        while (at <= end - 8 && ((long) LONGS.get(text, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        while (at < end && text[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Where the character of several bytes at {@code at} ends, or -1 if it is none. */
    private static int afterCharacter(byte[] text, int at, int end) {
        int lead = text[at] & 0xff;
        int next = at + 1 < end ? text[at + 1] & 0xff : 0;
        if (lead >= 0xc2 && lead <= 0xdf) {
            return isContinuation(next) ? at + 2 : -1;
        }
        if (lead >= 0xe0 && lead <= 0xef) {
            int lowest = lead == 0xe0 ? 0xa0 : 0x80;
            int highest = lead == 0xed ? 0x9f : 0xbf;
            return next >= lowest && next <= highest && continues(text, at + 2, 1, end) ? at + 3 : -1;
        }
        if (lead >= 0xf0 && lead <= 0xf4) {
            int lowest = lead == 0xf0 ? 0x90 : 0x80;
            int highest = lead == 0xf4 ? 0x8f : 0xbf;
            return next >= lowest && next <= highest && continues(text, at + 2, 2, end) ? at + 4 : -1;
        }
        return -1;
    }

    private static boolean continues(byte[] text, int from, int count, int end) {
        if (from + count > end) {
            return false;
        }
        return isContinuation(text[from] & 0xff) && (count == 1 || isContinuation(text[from + 1] & 0xff));
    }

    private static boolean isContinuation(int octet) {
        return (octet & 0xc0) == 0x80;
    }
}
