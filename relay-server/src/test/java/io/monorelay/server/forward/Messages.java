package io.monorelay.server.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.Ed25519Provider.Preference;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Publishes signed messages in a log, without a relay around it. */
final class Messages {
    static final Ed25519 ED25519 = Ed25519Provider.choose(Preference.BOUNCYCASTLE);

    private final MessageLog log;
    private final SeenCache seen = new SeenCache(100_000, Duration.ofHours(1), Ticker.systemTicker());
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());
    private final MessageVerifier verifier = new MessageVerifier(ED25519);

    Messages(MessageLog log) {
        this.log = log;
    }

    /** Publishes a text to everybody, and returns what goes over the wire. */
    String publish(NodeIdentity sender, String data) {
        return publish(sender, null, data, Form.MONOCHAIN);
    }

    String publish(NodeIdentity sender, @Nullable NodeKey receiver, String data, Form form) {
        byte[] text = new MessageSigner(sender, form).broadcast(receiver, data, Instant.now());
        VerifiedMessage message = verified(text);
        long position = log.tryClaim(message.membersLength());
        if (position == MessageLog.FULL) {
            throw new IllegalStateException("the log is full");
        }
        FreshMessage fresh = seen.admit(message, position, Origin.NONE);
        if (fresh == null) {
            throw new IllegalStateException("\"" + data + "\" was published before");
        }
        log.publish(fresh);
        return new String(text, UTF_8);
    }

    /** How a node of ours answers a message that it takes. */
    static byte[] acknowledgement(String broadcast) {
        try {
            Inbound.Publish publish =
                    (Inbound.Publish) new InboundDecoder(Limits.defaults()).decode(broadcast.getBytes(ISO_8859_1));
            MessageId id = new MessageVerifier(ED25519).idOf(publish.message());
            return ReplyEncoder.success(new Inbound.Success("Message received and valid", id, 1L, null, null));
        } catch (ProtocolException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private VerifiedMessage verified(byte[] text) {
        try {
            Inbound.Publish publish = (Inbound.Publish) decoder.decode(text);
            return verifier.verify(publish.message(), verifier.idOf(publish.message()));
        } catch (ProtocolException wrong) {
            throw new IllegalStateException(wrong);
        }
    }
}
