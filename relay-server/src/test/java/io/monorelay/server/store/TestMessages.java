package io.monorelay.server.store;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.store.StoredMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Messages at positions of a test's choice. */
final class TestMessages {
    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private static final InboundDecoder DECODER = new InboundDecoder(Limits.defaults());
    private static final MessageVerifier VERIFIER = new MessageVerifier(ED25519);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private TestMessages() {}

    /** The key of one of the senders. */
    static NodeKey key(int sender) {
        return identity(sender).key();
    }

    private static NodeIdentity identity(int sender) {
        byte[] seed = new byte[Ed25519.SEED_BYTES];
        Arrays.fill(seed, (byte) sender);
        return NodeIdentity.fromSeed(seed, ED25519);
    }

    /** A signed message to everybody. */
    static FreshMessage broadcast(long position, String data) {
        return message(position, 1, null, data, Form.MONOCHAIN);
    }

    static FreshMessage message(long position, int sender, @Nullable NodeKey receiver, String data, Form form) {
        byte[] text = new MessageSigner(identity(sender), form).broadcast(receiver, data, TIME);
        try {
            Inbound.Publish publish = (Inbound.Publish) DECODER.decode(text);
            return at(position, VERIFIER.verify(publish.message(), VERIFIER.idOf(publish.message())));
        } catch (ProtocolException fault) {
            throw new AssertionError(data, fault);
        }
    }

    /** The same message at another position. */
    static FreshMessage again(long position, FreshMessage message) {
        return at(position, message.message());
    }

    private static FreshMessage at(long position, VerifiedMessage message) {
        SeenCache unused = new SeenCache(1, Duration.ofDays(1), Ticker.disabledTicker());
        return Objects.requireNonNull(unused.admit(message, position, Origin.NONE));
    }

    /** Signed messages to everybody, at the positions from there on. */
    static List<FreshMessage> broadcasts(long first, int count) {
        List<FreshMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(broadcast(first + i, "message " + (first + i)));
        }
        return messages;
    }

    /** Many messages that nobody signed, of 540 bytes, at the positions from there on. */
    static List<StoredMessage> unsigned(long first, int count, long acceptedAtMillis) {
        Random random = new Random(first);
        List<StoredMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] members = new byte[540];
            random.nextBytes(members);
            MessageId id = new MessageId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            messages.add(new StoredMessage(
                    first + i, id, SENDER, null, Form.MONOCHAIN, acceptedAtMillis, acceptedAtMillis / 1000, members));
        }
        return messages;
    }

    private static final NodeKey SENDER = NodeKey.of(new byte[NodeKey.BYTES]);
}
