package io.monorelay.crypto;

import io.monorelay.protocol.NodeKey;
import java.security.SecureRandom;

/** A node's key pair. Any thread may sign with it. It never shows its seed. */
public final class NodeIdentity {
    private final byte[] seed;
    private final Ed25519.Signer signer;

    private NodeIdentity(byte[] seed, Ed25519 ed25519) {
        this.seed = seed;
        this.signer = ed25519.signer(seed);
    }

    /** A new key pair, from the system's random numbers. */
    public static NodeIdentity generate(Ed25519 ed25519) {
        byte[] seed = new byte[Ed25519.SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return new NodeIdentity(seed, ed25519);
    }

    /**
     * The key pair of a seed (RFC 8032, section 5.1.5).
     *
     * @throws IllegalArgumentException if it does not have 32 bytes
     */
    public static NodeIdentity fromSeed(byte[] seed, Ed25519 ed25519) {
        return new NodeIdentity(seed.clone(), ed25519);
    }

    public NodeKey key() {
        return signer.key();
    }

    /** The 64 bytes of the signature of all of {@code data}. */
    public byte[] sign(byte[] data) {
        return signer.sign(data, 0, data.length);
    }

    /** The secret; not to be changed, and for the key file alone. */
    byte[] seed() {
        return seed;
    }

    /** The public key. */
    @Override
    public String toString() {
        return "NodeIdentity[" + key() + "]";
    }
}
