package io.monorelay.bench.messages;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.MessageVerifier;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.ProtocolException;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Messages for benchmarks, all with the time {@link #TIME}. Any thread may call. */
public final class SampleMessages {
    /** When the samples were sent. */
    public static final Instant TIME = Instant.parse("2025-01-01T00:00:00Z");

    private static final Ed25519 ED25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private static final InboundDecoder DECODER = new InboundDecoder(Limits.defaults());
    private static final MessageVerifier VERIFIER = new MessageVerifier(ED25519);

    private SampleMessages() {}

    /** The fastest library that works here. */
    public static Ed25519 ed25519() {
        return ED25519;
    }

    /** One message as it is published. */
    public static byte[] broadcast(Form form, int dataBytes) {
        return new SignedMessages(ED25519, 1, form, dataBytes).message(0, TIME);
    }

    /** Distinct messages of one sender in MonoChain form. */
    public static List<byte[]> broadcasts(int count, int dataBytes) {
        return new SignedMessages(ED25519, 1, Form.MONOCHAIN, dataBytes).messages(0, count, TIME);
    }

    /** The same message with whitespace, as another program could have written it. */
    public static byte[] pretty(byte[] broadcast) {
        JsonMapper mapper = JsonMapper.shared();
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(mapper.readTree(broadcast));
    }

    public static DecodedMessage decoded(byte[] broadcast) {
        try {
            if (DECODER.decode(broadcast) instanceof Inbound.Publish publish) {
                return publish.message();
            }
            throw new IllegalStateException("a signed message is a message");
        } catch (ProtocolException fault) {
            throw new IllegalStateException("a sample is well formed", fault);
        }
    }

    public static VerifiedMessage verified(byte[] broadcast) {
        DecodedMessage message = decoded(broadcast);
        try {
            return VERIFIER.verify(message, VERIFIER.idOf(message));
        } catch (ProtocolException fault) {
            throw new IllegalStateException("a sample is signed", fault);
        }
    }
}
