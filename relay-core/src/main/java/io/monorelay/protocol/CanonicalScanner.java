package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The short way for the text that nearly every frame is: a message in canonical MonoChain form, with or without its
 * type, or with a position before it. It recognises exactly that and leaves every other text to the general decoder, so
 * it needs no error messages; where it gives a result, the general decoder gives the same. The text is known to be UTF-8.
 *
 * <p>Each step takes the index where it starts and returns the index behind what it recognised, or {@link #DEVIATES}.
 */
final class CanonicalScanner {
    private static final int DEVIATES = -1;

    private static final byte[] PLAIN_START = "{\"message\":".getBytes(US_ASCII);
    private static final byte[] DELIVERY_START = "{\"position\":".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "\"message\":".getBytes(US_ASCII);
    private static final byte[] SENDER = "{\"sender\":".getBytes(US_ASCII);
    private static final byte[] RECEIVER = ",\"receiver\":".getBytes(US_ASCII);
    private static final byte[] DATA = ",\"data\":\"".getBytes(US_ASCII);
    private static final byte[] TIME = ",\"time\":\"".getBytes(US_ASCII);
    private static final byte[] SIGNATURE = "\"},\"signature\":".getBytes(US_ASCII);
    private static final byte[] TYPED_END = MessageEncoder.TYPED_END.getBytes(US_ASCII);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private CanonicalScanner() {}

    /** The message, or null when the text deviates in any way from the canonical one. */
    static @Nullable Inbound scan(byte[] text, int offset, int length) {
        int end = offset + length;
        int at = after(PLAIN_START, text, offset, end);
        if (at != DEVIATES) {
            DecodedMessage message = message(text, at, end);
            return message == null ? null : new Inbound.Publish(message);
        }
        at = after(DELIVERY_START, text, offset, end);
        return at == DEVIATES ? null : delivery(text, at, end);
    }

    private static @Nullable Inbound delivery(byte[] text, int from, int end) {
        int at = afterDigits(text, from, end);
        if (at == DEVIATES || text[at] != ',') {
            return null;
        }
        long position = number(text, from, at);
        at = after(MESSAGE, text, at + 1, end);
        DecodedMessage message = at == DEVIATES ? null : message(text, at, end);
        return message == null ? null : new Inbound.Delivery(position, message);
    }

    /** The message whose contents start at {@code from}, if nothing but the end of the frame follows it. */
    private static @Nullable DecodedMessage message(byte[] text, int from, int end) {
        // also takes the keys before it takes the signature, which spares arrays for them
        byte[] octets = new byte[HandshakeReader.SIGNATURE_BYTES];
        int at = after(SENDER, text, from, end);
        at = afterOctets(text, at, end, octets, NodeKey.BYTES);
        at = after(RECEIVER, text, at, end);
        if (at == DEVIATES) {
            return null;
        }
        NodeKey sender = NodeKey.of(octets, 0);
        boolean toEverybody = at + 2 <= end && text[at] == '[' && text[at + 1] == ']';
        at = toEverybody ? at + 2 : afterOctets(text, at, end, octets, NodeKey.BYTES);
        if (at == DEVIATES) {
            return null;
        }
        NodeKey receiver = toEverybody ? null : NodeKey.of(octets, 0);
        int timeAt = after(TIME, text, afterString(text, after(DATA, text, at, end), end), end);
        at = timeAt == DEVIATES ? DEVIATES : after(SIGNATURE, text, timeAt + WireTime.SECOND_CHARS, end);
        int contentsEnd = at == DEVIATES ? DEVIATES : at - SIGNATURE.length + 2;
        at = afterOctets(text, at, end, octets, HandshakeReader.SIGNATURE_BYTES);
        if (at == DEVIATES || !isEnd(text, at, end)) {
            return null;
        }
        long second = WireTime.parseSecond(text, timeAt);
        if (second == WireTime.UNREADABLE) {
            return null;
        }
        int membersOffset = from - MESSAGE.length;
        return new DecodedMessage(
                new DecodedMessage.Contents(sender, receiver, second, Form.MONOCHAIN),
                new DecodedMessage.Source(text, from, contentsEnd - from, membersOffset, at - membersOffset),
                octets);
    }

    private static boolean isEnd(byte[] text, int at, int end) {
        return (at + 1 == end && text[at] == '}') || after(TYPED_END, text, at, end) == end;
    }

    private static int after(byte[] expected, byte[] text, int at, int end) {
        if (at == DEVIATES || end - at < expected.length) {
            return DEVIATES;
        }
        int behind = at + expected.length;
        return Arrays.equals(text, at, behind, expected, 0, expected.length) ? behind : DEVIATES;
    }

    /** Reads an array of exactly {@code count} numbers 0…255. */
    private static int afterOctets(byte[] text, int from, int end, byte[] target, int count) {
        if (from == DEVIATES || end - from < 2 * count + 1 || text[from] != '[') {
            return DEVIATES;
        }
        int at = from + 1;
        for (int i = 0; i < count; i++) {
            int start = at;
            int value = 0;
            while (at < end && at - start < 3 && isDigit(text[at])) {
                value = value * 10 + text[at++] - '0';
            }
            boolean canonical = at > start && value <= 255 && (text[start] != '0' || at == start + 1);
            if (!canonical || at == end || text[at++] != (i == count - 1 ? ']' : ',')) {
                return DEVIATES;
            }
            target[i] = (byte) value;
        }
        return at;
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** Passes over the inside of a string and its closing quote. */
    private static int afterString(byte[] text, int from, int end) {
        if (from == DEVIATES) {
            return DEVIATES;
        }
        int at = from;
        while (true) {
            at = afterPlain(text, at, end);
            if (at == end) {
                return DEVIATES;
            }
            byte octet = text[at++];
            if (octet == '"') {
                return at;
            }
            boolean beyondAscii = octet < 0;
            if (!beyondAscii && (octet != '\\' || at == end || !isShortEscape(text[at++]))) {
                return DEVIATES;
            }
        }
    }

    /** Passes over characters that need no closer look, eight at a time. */
    private static int afterPlain(byte[] text, int from, int end) {
        int at = from;
        while (at <= end - 8 && isPlain((long) LONGS.get(text, at))) {
            at += 8;
        }
        while (at < end && text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * Whether none of eight bytes is a quote, a backslash, a control character or beyond ASCII. Each test leaves the high
     * bit of a byte set where it applies; a borrow can only set more of them, which costs a closer look and no error
     * (Warren, Hacker's Delight, section 6-1).
     */
    private static boolean isPlain(long word) {
        long quote = word ^ (ONES * '"');
        long backslash = word ^ (ONES * '\\');
        long special = (quote - ONES) | (backslash - ONES) | (word - ONES * 0x20) | word;
        return (special & HIGH_BITS) == 0;
    }

    private static boolean isShortEscape(byte letter) {
        return switch (letter) {
            case '"', '\\', 'b', 'f', 'n', 'r', 't' -> true;
            default -> false;
        };
    }

    /** Passes over a number without sign or leading zero, of up to 18 digits so that it fits. */
    private static int afterDigits(byte[] text, int from, int end) {
        int at = from;
        while (at < end && isDigit(text[at])) {
            at++;
        }
        int digits = at - from;
        boolean canonical = digits == 1 || (digits > 1 && digits <= 18 && text[from] != '0');
        return canonical && at < end ? at : DEVIATES;
    }

    private static long number(byte[] text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + text[i] - '0';
        }
        return value;
    }
}
