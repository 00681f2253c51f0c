package io.monorelay.crypto;

import io.monorelay.protocol.NodeKey;

/** Ed25519 in Java, by Bouncy Castle: slower than native code, and available everywhere. */
final class BouncyCastleEd25519 implements Ed25519 {
    @Override
    public boolean verify(NodeKey key, byte[] data, int offset, int length, byte[] signature) {
        byte[] encoded = key.bytes();
        if (signature.length != SIGNATURE_BYTES || WeakKeys.isWeak(encoded)) {
            return false;
        }
        return org.bouncycastle.math.ec.rfc8032.Ed25519.verify(signature, 0, encoded, 0, data, offset, length);
    }

    @Override
    public Signer signer(byte[] seed) {
        return new SeedSigner(checked(seed).clone(), publicKey(seed));
    }

    @Override
    public String name() {
        return "Bouncy Castle";
    }

    /** The public key that belongs to a seed. */
    static NodeKey publicKey(byte[] seed) {
        byte[] key = new byte[NodeKey.BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(checked(seed), 0, key, 0);
        return NodeKey.of(key);
    }

    /** The seed itself, whose length is right. */
    static byte[] checked(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed of " + seed.length + " bytes, expected " + SEED_BYTES);
        }
        return seed;
    }

    private static final class SeedSigner implements Signer {
        private final byte[] seed;
        private final NodeKey key;
        private final byte[] publicKey;

        SeedSigner(byte[] seed, NodeKey key) {
            this.seed = seed;
            this.key = key;
            this.publicKey = key.bytes();
        }

        @Override
        public NodeKey key() {
            return key;
        }

        @Override
        public byte[] sign(byte[] data, int offset, int length) {
            byte[] signature = new byte[SIGNATURE_BYTES];
            org.bouncycastle.math.ec.rfc8032.Ed25519.sign(seed, 0, publicKey, 0, data, offset, length, signature, 0);
            return signature;
        }
    }
}
