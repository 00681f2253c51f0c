package io.monorelay.crypto;

import io.monorelay.protocol.NodeKey;

/**
 * Ed25519 (RFC 8032, section 5.1) by one library. Every implementation accepts and refuses the same: S must be
 * canonical, and a key must be the canonical encoding of a point that is not of small order. Any thread may call.
 */
public interface Ed25519 {
    /** The length of a seed. */
    int SEED_BYTES = 32;

    /** The length of a signature. */
    int SIGNATURE_BYTES = 64;

    /**
     * Whether this is the signature of the {@code length} bytes from {@code offset} by the owner of the key. Never throws
     * for a key or a signature that is wrong, of whatever length or content.
     */
    boolean verify(NodeKey key, byte[] data, int offset, int length, byte[] signature);

    /**
     * What signs with this seed.
     *
     * @throws IllegalArgumentException if it does not have 32 bytes
     */
    Signer signer(byte[] seed);

    /** The library, for the log. */
    String name();

    /** Signs with one private key. Any thread may call. */
    interface Signer {
        NodeKey key();

        /** The 64 bytes of the signature. */
        byte[] sign(byte[] data, int offset, int length);
    }
}
