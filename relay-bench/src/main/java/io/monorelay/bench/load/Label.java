package io.monorelay.bench.load;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the data of a message begins with, so that whoever receives it knows which one it is.
 *
 * @param run tells the messages of this run from those of others
 * @param publisher the number of the node that published it
 * @param sequence how many the same node published before it
 */
record Label(int run, int publisher, int sequence) {
    /** How many characters it has, all of them ASCII. */
    static final int LENGTH = 3 * Integer.BYTES * 2;

    private static final int FIELD = Integer.BYTES * 2;

    String text() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(run) + hex.toHexDigits(publisher) + hex.toHexDigits(sequence);
    }

    /** The label that data begins with, or null if it begins with something else. */
    static @Nullable Label of(String data) {
        if (data.length() < LENGTH) {
            return null;
        }
        for (int i = 0; i < LENGTH; i++) {
            if (!HexFormat.isHexDigit(data.charAt(i))) {
                return null;
            }
        }
        return new Label(field(data, 0), field(data, 1), field(data, 2));
    }

    private static int field(String data, int number) {
        return HexFormat.fromHexDigits(data, number * FIELD, (number + 1) * FIELD);
    }
}
