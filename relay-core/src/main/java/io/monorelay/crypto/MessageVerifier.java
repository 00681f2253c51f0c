package io.monorelay.crypto;

import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Proves messages. The signature is checked against the bytes as they came; if it does not fit them, against the
 * canonical encoding of what they say, which is what an original node checks, and those bytes are then the ones to go on
 * with. Any thread may call.
 */
public final class MessageVerifier {
    /** What a text may have beside its members without being cut down to them: it is held for as long as the message. */
    static final int MAX_BYTES_BESIDE = 256;

    private static final ThreadLocal<Digest> DIGESTS = ThreadLocal.withInitial(Digest::new);

    private final Ed25519 ed25519;

    public MessageVerifier(Ed25519 ed25519) {
        this.ed25519 = ed25519;
    }

    /** The id of the contents as they came, before anything is proven: by it a duplicate is known. */
    public MessageId idOf(DecodedMessage message) {
        return DIGESTS.get().of(message.array(), message.contentsOffset(), message.contentsLength());
    }

    /**
     * Checks the signature.
     *
     * @param idAsCame what {@link #idOf} says of this message
     * @throws ProtocolException with {@link Fault#BAD_SIGNATURE}
     */
    public VerifiedMessage verify(DecodedMessage message, MessageId idAsCame) throws ProtocolException {
        byte[] array = message.array();
        if (isSigned(message, array, message.contentsOffset(), message.contentsLength())) {
            return asItCame(message, idAsCame);
        }
        byte[] canonical = message.canonicalContents();
        if (isAsItCame(canonical, message) || !isSigned(message, canonical, 0, canonical.length)) {
            throw new ProtocolException(
                    Fault.BAD_SIGNATURE, "field \"signature\": expected the sender's Ed25519 signature of the message");
        }
        return reencoded(message, canonical);
    }

    private boolean isSigned(DecodedMessage message, byte[] array, int offset, int length) {
        return ed25519.verify(message.sender(), array, offset, length, message.signature());
    }

    private static boolean isAsItCame(byte[] contents, DecodedMessage message) {
        int from = message.contentsOffset();
        int to = from + message.contentsLength();
        return Arrays.equals(message.array(), from, to, contents, 0, contents.length);
    }

    private static VerifiedMessage asItCame(DecodedMessage message, MessageId id) {
        VerifiedMessage.Proven proven = proven(message, id, message.form());
        int offset = message.membersOffset();
        if (offset >= 0 && message.array().length - message.membersLength() <= MAX_BYTES_BESIDE) {
            return new VerifiedMessage(proven, message.array(), offset, message.membersLength());
        }
        if (offset >= 0) {
            byte[] members = Arrays.copyOfRange(message.array(), offset, offset + message.membersLength());
            return new VerifiedMessage(proven, members, 0, members.length);
        }
        int from = message.contentsOffset();
        byte[] contents = Arrays.copyOfRange(message.array(), from, from + message.contentsLength());
        return withMembers(proven, contents, message.signature());
    }

    private static VerifiedMessage reencoded(DecodedMessage message, byte[] contents) {
        MessageId id = DIGESTS.get().of(contents, 0, contents.length);
        return withMembers(proven(message, id, Form.MONOCHAIN), contents, message.signature());
    }

    private static VerifiedMessage withMembers(VerifiedMessage.Proven proven, byte[] contents, byte[] signature) {
        byte[] members = MessageEncoder.members(proven.form(), contents, signature);
        return new VerifiedMessage(proven, members, 0, members.length);
    }

    private static VerifiedMessage.Proven proven(DecodedMessage message, MessageId id, Form form) {
        return new VerifiedMessage.Proven(id, message.sender(), message.receiver(), form, message.timeEpochSecond());
    }

    /** One thread's SHA-256, with room for its result. */
    private static final class Digest {
        private final MessageDigest sha256;
        private final byte[] result = new byte[MessageId.BYTES];

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        MessageId of(byte[] array, int offset, int length) {
            sha256.update(array, offset, length);
            try {
                sha256.digest(result, 0, result.length);
            } catch (DigestException e) {
                throw new IllegalStateException("the result has room for a digest", e);
            }
            return MessageId.of(result);
        }
    }
}
