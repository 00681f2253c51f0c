package io.monorelay.client;

import java.security.SecureRandom;

/**
 * Masking keys that the other side cannot predict (RFC 6455, section 10.3), drawn several at a time. Not thread-safe:
 * belongs to the event loop of its link.
 */
final class MaskingKeys {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DRAWN_AT_A_TIME = 16;

    private final byte[] drawn = new byte[DRAWN_AT_A_TIME * Integer.BYTES];
    private int used = drawn.length;

    int next() {
        if (used == drawn.length) {
            RANDOM.nextBytes(drawn);
            used = 0;
        }
        int key = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            key = key << Byte.SIZE | (drawn[used++] & 0xFF);
        }
        return key;
    }
}
