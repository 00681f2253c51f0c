package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON text under construction, without whitespace. Strings are escaped as an original node escapes them, because
 * signatures cover the result: {@code \" \\ \b \f \n \r \t}, other control characters as {@code \}{@code u00xx} in lower
 * case, everything else raw.
 */
final class JsonText {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] bytes;
    private int length;

    JsonText(int capacity) {
        bytes = new byte[capacity];
    }

    /** Adds ASCII text as it is. */
    JsonText raw(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** Adds bytes as they are. */
    JsonText raw(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
        return this;
    }

    JsonText number(long value) {
        return raw(Long.toString(value));
    }

    /**
     * Adds a string.
     *
     * @throws IllegalArgumentException if it has a NUL or half of a surrogate pair, which the wire cannot carry
     */
    JsonText string(String text) {
        String fault = Text.faultIn(text);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
        byte[] utf8 = text.getBytes(UTF_8);
        reserve(6 * utf8.length + 2);
        bytes[length++] = '"';
        for (byte octet : utf8) {
            character(octet);
        }
        bytes[length++] = '"';
        return this;
    }

    JsonText stringOrNull(@Nullable String text) {
        return text == null ? raw("null") : string(text);
    }

    JsonText numberOrNull(@Nullable Long value) {
        return value == null ? raw("null") : number(value);
    }

    /** Adds a key or a signature. */
    JsonText octets(byte[] value, Form form) {
        return switch (form) {
            case MONOCHAIN -> numbers(value);
            case COMPACT -> raw("\"").raw(Base64Url.encode(value)).raw("\"");
        };
    }

    private JsonText numbers(byte[] value) {
        reserve(4 * value.length + 2);
        bytes[length++] = '[';
        for (int i = 0; i < value.length; i++) {
            if (i > 0) {
                bytes[length++] = ',';
            }
            octet(value[i] & 0xff);
        }
        bytes[length++] = ']';
        return this;
    }

    private void octet(int value) {
        if (value >= 100) {
            bytes[length++] = (byte) ('0' + value / 100);
        }
        if (value >= 10) {
            bytes[length++] = (byte) ('0' + value / 10 % 10);
        }
        bytes[length++] = (byte) ('0' + value % 10);
    }

    private void character(byte octet) {
        switch (octet) {
            case '"' -> escape('"');
            case '\\' -> escape('\\');
            case '\b' -> escape('b');
            case '\f' -> escape('f');
            case '\n' -> escape('n');
            case '\r' -> escape('r');
            case '\t' -> escape('t');
            default -> plain(octet);
        }
    }

    private void escape(char letter) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) letter;
    }

    private void plain(byte octet) {
        if (octet >= 0 && octet < 0x20) {
            escape('u');
            bytes[length++] = '0';
            bytes[length++] = '0';
            bytes[length++] = HEX[octet >> 4];
            bytes[length++] = HEX[octet & 15];
            return;
        }
        bytes[length++] = octet;
    }

    private void reserve(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }

    /** The text so far. */
    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
