package io.monorelay.server.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/**
 * A node that somebody else has written: it makes its messages and proofs from the description of the wire, with the
 * platform's own Ed25519, and shares no code with the relay. Its texts must need no escapes.
 */
public final class ForeignNode {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final String PROVIDER = "SunEC";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey privateKey;
    private final byte[] key;

    private ForeignNode(KeyPair pair) {
        privateKey = pair.getPrivate();
        byte[] encoded = pair.getPublic().getEncoded();
        key = Arrays.copyOfRange(encoded, X509_PREFIX.length, encoded.length);
    }

    public static ForeignNode generate() {
        try {
            return new ForeignNode(
                    KeyPairGenerator.getInstance("Ed25519", PROVIDER).generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] key() {
        return key.clone();
    }

    /** The key as an array of numbers. */
    public String keyNumbers() {
        return numbers(key);
    }

    public String keyText() {
        return base64(key);
    }

    /** A broadcast to everybody, made now, in MonoChain form. */
    public String broadcast(String data) {
        return broadcast(data, Instant.now());
    }

    public String broadcast(String data, Instant time) {
        return signed(contents("[]", data, SECONDS.format(time)));
    }

    /** A broadcast to one node. */
    public String addressed(ForeignNode receiver, String data) {
        return signed(contents(receiver.keyNumbers(), data, SECONDS.format(Instant.now())));
    }

    /** Contents in MonoChain form. */
    public String contents(String receiver, String data, String time) {
        return "{\"sender\":" + numbers(key) + ",\"receiver\":" + receiver + ",\"data\":\"" + data + "\",\"time\":\""
                + time + "\"}";
    }

    /** Puts the signature beside contents of whatever kind. */
    public String signed(String contents) {
        return "{\"message\":" + contents + ",\"signature\":" + numbers(sign(contents.getBytes(UTF_8))) + "}";
    }

    /** A broadcast to everybody in compact form. */
    public String compact(String data) {
        String contents = "{\"sender\":\"" + keyText() + "\",\"receiver\":\"\",\"data\":\"" + data + "\",\"time\":\""
                + SECONDS.format(Instant.now()) + "\"}";
        return "{\"message\":" + contents + ",\"signature\":\"" + base64(sign(contents.getBytes(UTF_8))) + "\"}";
    }

    /** A v1 request, as a frame or a body. */
    public String handshakeV1(String ref, Instant time) {
        return "{\"initiator\":{\"key\":" + numbers(key) + ",\"ref\":\"" + ref + "\"},\"message\":\""
                + MICROS.format(time) + "\"}";
    }

    /** The answer to a v1 request that somebody else started. */
    public String answerV1(JsonNode request) {
        String text = request.path("message").asString();
        return "{\"initiator\":" + request.path("initiator") + ",\"responder_key\":" + numbers(key) + ",\"message\":\""
                + text + "\",\"signature\":" + numbers(sign(text.getBytes(UTF_8))) + "}";
    }

    /** The proof that answers a relay's hello. */
    public ProofV2 answerV2(JsonNode hello, String audience, Instant time) {
        byte[] challenge = new byte[32];
        RANDOM.nextBytes(challenge);
        JsonNode said = hello.path("hello");
        return new ProofV2(
                this,
                said.path("key").asString(),
                said.path("challenge").asString(),
                base64(challenge),
                audience,
                MICROS.format(time));
    }

    public byte[] sign(byte[] data) {
        try {
            Signature signature = Signature.getInstance("Ed25519", PROVIDER);
            signature.initSign(privateKey);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether that is the key's signature. */
    public static boolean verifies(byte[] key, byte[] data, byte[] signature) {
        byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + key.length);
        System.arraycopy(key, 0, encoded, X509_PREFIX.length, key.length);
        try {
            PublicKey publicKey =
                    KeyFactory.getInstance("Ed25519", PROVIDER).generatePublic(new X509EncodedKeySpec(encoded));
            Signature verifier = Signature.getInstance("Ed25519", PROVIDER);
            verifier.initVerify(publicKey);
            verifier.update(data);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String base64) {
        return Base64.getUrlDecoder().decode(base64);
    }

    /** The bytes that a JSON array of numbers holds. */
    public static byte[] bytes(JsonNode numbers) {
        byte[] bytes = new byte[numbers.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers.get(i).asInt();
        }
        return bytes;
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** As an original node writes keys and signatures. */
    public static String numbers(byte[] bytes) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 ? "" : ",").append(bytes[i] & 0xFF);
        }
        return text.append(']').toString();
    }
}
