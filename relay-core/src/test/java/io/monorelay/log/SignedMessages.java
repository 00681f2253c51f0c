package io.monorelay.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Messages that one node has really signed, for tests. Any thread may call. */
public final class SignedMessages {
    /** The time that all of them have. */
    public static final Instant TIME = Instant.parse("2024-02-29T12:00:00Z");

    public static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    public static final MessageVerifier VERIFIER = new MessageVerifier(ED25519);
    public static final NodeIdentity SENDER = NodeIdentity.fromSeed(new byte[Ed25519.SEED_BYTES], ED25519);

    private static final InboundDecoder DECODER = new InboundDecoder(Limits.defaults());

    private SignedMessages() {}

    /** A key that nobody has to hold for messages to be addressed to it. */
    public static NodeKey key(int number) {
        byte[] key = new byte[NodeKey.BYTES];
        Arrays.fill(key, (byte) number);
        return NodeKey.of(key);
    }

    public static DecodedMessage decoded(String data) {
        return decoded(Form.MONOCHAIN, null, data);
    }

    public static DecodedMessage decoded(Form form, @Nullable NodeKey receiver, String data) {
        return decode(new MessageSigner(SENDER, form).broadcast(receiver, data, TIME));
    }

    /** What the decoder makes of the text of a message. */
    public static DecodedMessage decode(byte[] broadcast) {
        try {
            return ((Inbound.Publish) DECODER.decode(broadcast)).message();
        } catch (ProtocolException fault) {
            throw new AssertionError(new String(broadcast, UTF_8), fault);
        }
    }

    public static VerifiedMessage verified(String data) {
        return verified(Form.MONOCHAIN, null, data);
    }

    public static VerifiedMessage verified(Form form, @Nullable NodeKey receiver, String data) {
        return verified(decoded(form, receiver, data));
    }

    /** What the verifier makes of the text of a message. */
    public static VerifiedMessage verified(byte[] broadcast) {
        return verified(decode(broadcast));
    }

    private static VerifiedMessage verified(DecodedMessage message) {
        try {
            return VERIFIER.verify(message, VERIFIER.idOf(message));
        } catch (ProtocolException fault) {
            throw new AssertionError(message.toString(), fault);
        }
    }

    /** A cache that has room for every id of a test and never forgets one. */
    public static SeenCache seenCache() {
        return new SeenCache(10_000, Duration.ofDays(1), Ticker.disabledTicker());
    }

    /**
     * Claims a position for the message and publishes it there.
     *
     * @throws AssertionError when the log is full or the cache has seen the message
     */
    public static FreshMessage publish(MessageLog log, SeenCache seen, VerifiedMessage message, Origin origin) {
        long position = log.tryClaim(message.membersLength());
        if (position == MessageLog.FULL) {
            throw new AssertionError("the log is full");
        }
        FreshMessage fresh = seen.admit(message, position, origin);
        if (fresh == null) {
            throw new AssertionError(message + " was there before");
        }
        log.publish(fresh);
        return fresh;
    }
}
