package io.monorelay.crypto;

import io.monorelay.protocol.NodeKey;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Derives a public key with the JDK's own generator of key pairs, which draws the seed and nothing else. For once at a
 * start it is fast enough, while the jar of Bouncy Castle is signed, and the JDK checks all of it with its first class.
 */
final class SeededPair {
    private SeededPair() {}

    /** The public key that belongs to a seed, or null where this JDK does not make it. The caller checks that they fit. */
    static @Nullable NodeKey publicKey(byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519", "SunEC");
            generator.initialize(NamedParameterSpec.ED25519, new OneDraw(seed));
            byte[] encoded = generator.generateKeyPair().getPublic().getEncoded();
            return NodeKey.of(encoded, encoded.length - NodeKey.BYTES);
        } catch (GeneralSecurityException absent) {
            return null;
        }
    }

    /** A source of randomness that is none. */
    private static final class OneDraw extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] seed;

        OneDraw(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
        }
    }
}
