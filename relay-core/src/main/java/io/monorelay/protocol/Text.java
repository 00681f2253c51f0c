package io.monorelay.protocol;

import org.jspecify.annotations.Nullable;

/** What a string needs to be sent: no NUL, where an original node would cut it, and whole characters only. */
final class Text {
    private Text() {}

    /** What is wrong with the text, or null. */
    static @Nullable String faultIn(String text) {
        if (text.indexOf('\0') >= 0) {
            return "a NUL in a text";
        }
        return hasLoneSurrogate(text) ? "half of a surrogate pair in a text" : null;
    }

    static boolean hasLoneSurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return true;
            }
            i += Character.charCount(codePoint);
        }
        return false;
    }
}
