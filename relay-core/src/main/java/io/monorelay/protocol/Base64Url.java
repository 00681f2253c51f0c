package io.monorelay.protocol;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Unpadded base64url (RFC 4648, section 5), read strictly: each value has exactly one text, so that no two texts stand
 * for the same key.
 */
public final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Base64Url() {}

    public static String encode(byte[] value) {
        return ENCODER.encodeToString(value);
    }

    /** The value, or null unless the text is exactly how {@link #encode} writes {@code length} bytes. */
    public static byte @Nullable [] decode(String text, int length) {
        if (text.length() != encodedLength(length) || !text.chars().allMatch(Base64Url::isDigit)) {
            return null;
        }
        byte[] value = Base64.getUrlDecoder().decode(text);
        return encode(value).equals(text) ? value : null;
    }

    /** How many characters stand for {@code length} bytes. */
    public static int encodedLength(int length) {
        return (length * 4 + 2) / 3;
    }

    private static boolean isDigit(int c) {
        boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        return letter || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
