package io.monorelay.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.monorelay.protocol.NodeKey;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Ed25519 in native code, by the Amazon Corretto Crypto Provider, where its library loads. */
final class AccpEd25519 implements Ed25519 {
    private static final String ALGORITHM = "Ed25519";
    private static final String REGISTER_ED_KEYS = "com.amazon.corretto.crypto.provider.registerEdKeyFactory";

    /** The DER before the 32 bytes of a public key and of a seed (RFC 8410, sections 4 and 7). */
    private static final byte[] PUBLIC_START = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final byte[] PRIVATE_START = HexFormat.of().parseHex("302e020100300506032b657004220420");

    /** RFC 8032, section 7.1, test 2. */
    private static final NodeKey KNOWN_KEY =
            NodeKey.parse("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");

    private static final byte[] KNOWN_MESSAGE = {0x72};
    private static final byte[] KNOWN_SIGNATURE = HexFormat.of()
            .parseHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    /** Decoding a key costs a native call and native memory, so that the keys in use are kept, but not all ever seen. */
    private static final int MAX_DECODED_KEYS = 20_000;

    private final Provider provider;
    private final KeyFactory keys;
    private final ThreadLocal<Signature> signatures;
    private final Cache<NodeKey, PublicKey> decodedKeys =
            Caffeine.newBuilder().maximumSize(MAX_DECODED_KEYS).build();

    private AccpEd25519(Provider provider) throws GeneralSecurityException {
        this.provider = provider;
        this.keys = KeyFactory.getInstance(ALGORITHM, provider);
        this.signatures = ThreadLocal.withInitial(this::newSignature);
        newSignature();
    }

    /**
     * The implementation, ready for use.
     *
     * @throws IllegalStateException if the native library cannot be used here, saying why
     */
    static AccpEd25519 load() {
        // read once, when the provider's class is initialised
        System.setProperty(REGISTER_ED_KEYS, "true");
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            Throwable error = provider.getLoadingError();
            if (error != null) {
                throw new IllegalStateException("its native library does not load: " + error.getMessage(), error);
            }
            AccpEd25519 ed25519 = new AccpEd25519(provider);
            if (!ed25519.knowsAnswer()) {
                throw new IllegalStateException("it does not tell a true signature from a false one");
            }
            return ed25519;
        } catch (LinkageError | GeneralSecurityException e) {
            throw new IllegalStateException("it has no Ed25519 here: " + e.getMessage(), e);
        }
    }

    /** A test of what it is used for; the provider's own tests are of other algorithms, and take longer than all else here. */
    private boolean knowsAnswer() {
        byte[] answer = KNOWN_SIGNATURE.clone();
        boolean right = verify(KNOWN_KEY, KNOWN_MESSAGE, 0, KNOWN_MESSAGE.length, answer);
        answer[0] ^= 1;
        return right && !verify(KNOWN_KEY, KNOWN_MESSAGE, 0, KNOWN_MESSAGE.length, answer);
    }

    @Override
    public boolean verify(NodeKey key, byte[] data, int offset, int length, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        PublicKey decoded = decoded(key);
        return decoded != null && verify(decoded, data, offset, length, signature);
    }

    private boolean verify(PublicKey key, byte[] data, int offset, int length, byte[] signature) {
        Signature verifier = signatures.get();
        try {
            verifier.initVerify(key);
            verifier.update(data, offset, length);
            return verifier.verify(signature);
        } catch (InvalidKeyException | SignatureException e) {
            return false;
        }
    }

    /** A key that cannot be decoded is not remembered, so that it displaces none that can. */
    private @Nullable PublicKey decoded(NodeKey key) {
        PublicKey known = decodedKeys.getIfPresent(key);
        if (known != null) {
            return known;
        }
        PublicKey decoded = decode(key);
        if (decoded != null) {
            decodedKeys.put(key, decoded);
        }
        return decoded;
    }

    private @Nullable PublicKey decode(NodeKey key) {
        byte[] encoded = key.bytes();
        if (WeakKeys.isWeak(encoded)) {
            return null;
        }
        try {
            return keys.generatePublic(new X509EncodedKeySpec(join(PUBLIC_START, encoded)));
        } catch (InvalidKeySpecException e) {
            return null;
        }
    }

    @Override
    public Signer signer(byte[] seed) {
        byte[] encoded = join(PRIVATE_START, BouncyCastleEd25519.checked(seed));
        try {
            PrivateKey key = keys.generatePrivate(new PKCS8EncodedKeySpec(encoded));
            NodeKey derived = SeededPair.publicKey(seed);
            // That the JDK takes the seed as it is, is nowhere promised.
            return derived != null && areOnePair(key, derived)
                    ? new PrivateKeySigner(key, derived)
                    : new PrivateKeySigner(key, BouncyCastleEd25519.publicKey(seed));
        } catch (InvalidKeySpecException e) {
            throw new IllegalStateException("a seed of the right length was refused", e);
        }
    }

    private boolean areOnePair(PrivateKey privateKey, NodeKey key) {
        byte[] signed = key.bytes();
        return verify(
                key, signed, 0, signed.length, new PrivateKeySigner(privateKey, key).sign(signed, 0, signed.length));
    }

    @Override
    public String name() {
        return "Amazon Corretto Crypto Provider " + provider.getVersionStr();
    }

    private Signature newSignature() {
        try {
            return Signature.getInstance(ALGORITHM, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the provider has no " + ALGORITHM, e);
        }
    }

    private static byte[] join(byte[] start, byte[] rest) {
        byte[] joined = new byte[start.length + rest.length];
        System.arraycopy(start, 0, joined, 0, start.length);
        System.arraycopy(rest, 0, joined, start.length, rest.length);
        return joined;
    }

    private final class PrivateKeySigner implements Signer {
        private final PrivateKey privateKey;
        private final NodeKey key;

        PrivateKeySigner(PrivateKey privateKey, NodeKey key) {
            this.privateKey = privateKey;
            this.key = key;
        }

        @Override
        public NodeKey key() {
            return key;
        }

        @Override
        public byte[] sign(byte[] data, int offset, int length) {
            Signature signer = signatures.get();
            try {
                signer.initSign(privateKey);
                signer.update(data, offset, length);
                return signer.sign();
            } catch (InvalidKeyException | SignatureException e) {
                throw new IllegalStateException("cannot sign with a key that was accepted before", e);
            }
        }
    }
}
