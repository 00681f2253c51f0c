package io.monorelay.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.Vectors;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class MessageVerifierTest {
    /** What this relay refuses on purpose though an original node takes it. */
    private static final Set<String> STRICTER = Set.of("broadcast-mod256.json", "broadcast-trailing.json");

    private static final Instant NOW = Instant.parse("2026-11-23T02:10:40Z");

    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults().withMaxFrameBytes(128 * 1024));
    private final MessageVerifier verifier = new MessageVerifier(ed25519);
    private final NodeIdentity identity = NodeIdentity.fromSeed(Vectors.SEED_A, ed25519);

    @Test
    void everyBroadcastGetsTheOutcomeThatTheOriginalGaveIt() {
        for (JsonNode row : Vectors.broadcasts()) {
            String file = row.get("file").asString();
            boolean accepted = row.get("expect_http").asString().equals("200") && !STRICTER.contains(file);
            ProtocolException refusal =
                    catchThrowableOfType(ProtocolException.class, () -> verify(Vectors.generated(file)));
            assertThat(refusal == null).as(file).isEqualTo(accepted);
        }
    }

    @Test
    void theIdIsTheDigestOfWhatWasSigned() throws ProtocolException {
        for (JsonNode row : Vectors.broadcasts()) {
            if (row.has("signed") && row.get("expect_http").asString().equals("200")) {
                VerifiedMessage message =
                        verify(Vectors.generated(row.get("file").asString()));
                assertThat(message.id()).hasToString(row.get("sha256_signed").asString());
            }
        }
    }

    @Test
    void aCanonicalTextIsRelayedWithoutACopy() throws ProtocolException {
        byte[] text = Vectors.generated("broadcast-simple.json");
        VerifiedMessage message = verify(text);
        assertThat(message.array()).isSameAs(text);
        assertThat(members(message)).isEqualTo(new String(text, 1, text.length - 2, UTF_8));
    }

    @Test
    void whatStandsAroundAMessageIsNotKeptWithIt() throws ProtocolException {
        byte[] text = Vectors.generated("broadcast-simple.json");
        String members = new String(text, 1, text.length - 2, UTF_8);
        byte[] padded = ("{" + " ".repeat(60_000) + members + "}").getBytes(UTF_8);
        VerifiedMessage message = verify(padded);
        assertThat(members(message)).isEqualTo(members);
        assertThat(message.array().length)
                .isLessThanOrEqualTo(message.membersLength() + MessageVerifier.MAX_BYTES_BESIDE);
    }

    @Test
    void aReformattedTextIsRelayedAsItWasSigned() throws ProtocolException {
        byte[] base = Vectors.generated("broadcast-reformat-base.json");
        for (String name : new String[] {"reformat-pretty", "null-receiver", "missing-receiver"}) {
            byte[] text = Vectors.generated("broadcast-" + name + ".json");
            VerifiedMessage message = verify(text);
            assertThat(members(message)).as(name).isEqualTo(new String(base, 1, base.length - 2, UTF_8));
            assertThat(message.id()).isEqualTo(verify(base).id()).isNotEqualTo(verifier.idOf(decode(text)));
        }
    }

    @Test
    void foreignFormattingThatWasSignedIsRelayedAsItCame() throws ProtocolException {
        String contents = new String(MessageEncoder.contents(identity.key(), null, "x", "2022-09-22 12:03:11"), UTF_8)
                .replace(",", ", ");
        byte[] signature = identity.sign(contents.getBytes(UTF_8));
        String text = new String(MessageEncoder.broadcast(contents.getBytes(UTF_8), signature), UTF_8)
                .replace("\"signature\":", "\"signature\": ");
        VerifiedMessage message = verify(text.getBytes(UTF_8));
        assertThat(members(message)).startsWith("\"message\":" + contents + ",\"signature\":[");
        assertThat(message.id()).isEqualTo(verifier.idOf(decode(text.getBytes(UTF_8))));
    }

    @Test
    void bothFormsVerifyAsWritten() throws ProtocolException {
        NodeKey receiver = NodeIdentity.fromSeed(Vectors.SEED_B, ed25519).key();
        for (Form form : Form.values()) {
            byte[] text = new MessageSigner(identity, form).broadcast(receiver, "q\" \n é", NOW);
            VerifiedMessage message = verify(text);
            assertThat(message.form()).isEqualTo(form);
            assertThat(message.sender()).isEqualTo(identity.key());
            assertThat(message.receiver()).isEqualTo(receiver);
            assertThat(message.timeEpochSecond()).isEqualTo(NOW.getEpochSecond());
            assertThat(message.array()).isSameAs(text);
        }
    }

    @Test
    void aCompactTextOfACanonicalSignatureGoesOnInTheFormThatVerified() throws ProtocolException {
        byte[] canonical = MessageEncoder.contents(identity.key(), null, "x", "2022-09-22 12:03:11");
        byte[] compact = MessageEncoder.contents(Form.COMPACT, identity.key(), null, "x", "2022-09-22 12:03:11");
        byte[] signature = identity.sign(canonical);
        VerifiedMessage message = verify(MessageEncoder.broadcast(Form.COMPACT, compact, signature));
        assertThat(message.form()).isEqualTo(Form.MONOCHAIN);
        String expected = new String(MessageEncoder.members(Form.MONOCHAIN, canonical, signature), UTF_8);
        assertThat(members(message)).isEqualTo(expected);
    }

    @Test
    void aChangedMessageIsRefused() {
        String text = new String(Vectors.generated("broadcast-simple.json"), UTF_8);
        String[] changed = {
            text.replace("hello", "hellp"), text.replace("12:03:11", "12:03:12"), text.replace("[3,161", "[4,161")
        };
        for (String other : changed) {
            ProtocolException refusal =
                    catchThrowableOfType(ProtocolException.class, () -> verify(other.getBytes(UTF_8)));
            assertThat(refusal.fault()).isEqualTo(Fault.BAD_SIGNATURE);
        }
    }

    @Test
    void whatARealPrivateNodeSentVerifies() throws ProtocolException {
        byte[] sent = Vectors.body("intended-ws/private-to-public/conn001.c2s.bin");
        for (byte[] payload : Vectors.textFrames(sent)) {
            assertThat(verify(payload).form()).isEqualTo(Form.MONOCHAIN);
        }
    }

    private VerifiedMessage verify(byte[] text) throws ProtocolException {
        DecodedMessage message = decode(text);
        return verifier.verify(message, verifier.idOf(message));
    }

    private DecodedMessage decode(byte[] text) throws ProtocolException {
        return ((Inbound.Publish) decoder.decode(text)).message();
    }

    private static String members(VerifiedMessage message) {
        return new String(message.array(), message.membersOffset(), message.membersLength(), UTF_8);
    }
}
