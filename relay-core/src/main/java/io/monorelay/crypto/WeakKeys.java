package io.monorelay.crypto;

import io.monorelay.protocol.NodeKey;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keys that libraries disagree on: encodings of points of small order, under which a signature can fit many messages,
 * and encodings whose y is not below the prime 2^255 - 19 (RFC 8032, section 5.1.3). No honest node has one.
 */
final class WeakKeys {
    /** Each point of small order with its canonical y; the sign bit is cleared before the comparison. */
    private static final Set<NodeKey> SMALL_ORDER = Stream.of(
                    "0000000000000000000000000000000000000000000000000000000000000000",
                    "0100000000000000000000000000000000000000000000000000000000000000",
                    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
            .map(NodeKey::parse)
            .collect(Collectors.toUnmodifiableSet());

    private static final int WITHOUT_SIGN_BIT = 0x7f;

    private WeakKeys() {}

    static boolean isWeak(byte[] key) {
        byte[] y = key.clone();
        y[31] = (byte) (y[31] & WITHOUT_SIGN_BIT);
        return !isBelowPrime(y) || SMALL_ORDER.contains(NodeKey.of(y));
    }

    /** The prime is 0x7fff…ffed, little-endian ed ff … ff 7f. */
    private static boolean isBelowPrime(byte[] y) {
        if (y[31] != 0x7f) {
            return true;
        }
        for (int i = 30; i > 0; i--) {
            if (y[i] != (byte) 0xff) {
                return true;
            }
        }
        return (y[0] & 0xff) < 0xed;
    }
}
