package io.monorelay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.Delivery;
import io.monorelay.client.Publication;
import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.MessageSigner;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LinesTest {
    private static final MessageId ID = new MessageId(1, 2, 3, 0xabcL);
    private static final String HEX = "0000000000000001000000000000000200000000000000030000000000000abc";
    private static final NodeKey RECEIVER = NodeKey.of(new byte[NodeKey.BYTES]);

    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
    private final NodeIdentity sender = NodeIdentity.fromSeed(new byte[Ed25519.SEED_BYTES], ed25519);

    private Delivery delivery(NodeKey receiver, String data) throws ProtocolException {
        Instant time = Instant.parse("2026-11-23T22:10:40Z");
        byte[] text = new MessageSigner(sender, Form.MONOCHAIN).broadcast(receiver, data, time);
        Inbound.Publish publish = (Inbound.Publish) new InboundDecoder(Limits.defaults()).decode(text);
        return new Delivery(7, ID, publish.message());
    }

    @Test
    void aMessageIsOneLineForPeople() throws ProtocolException {
        String key = sender.key().toString().substring(0, 8);
        assertThat(Lines.human(delivery(null, "a\nb"), ZoneOffset.UTC)).isEqualTo("22:10:40  " + key + "  a\\nb");
        assertThat(Lines.human(delivery(RECEIVER, "x"), ZoneId.of("UTC+2")))
                .isEqualTo("00:10:40  " + key + " → AAAAAAAA  x");
    }

    @Test
    void aMessageIsOneJsonObjectForPrograms() throws ProtocolException {
        assertThat(Lines.json(delivery(null, "a\n\"ü\"")))
                .isEqualTo("{\"position\":7,\"id\":\"" + HEX + "\",\"sender\":\"" + sender.key()
                        + "\",\"receiver\":null,\"data\":\"a\\n\\\"ü\\\"\",\"time\":\"2026-11-23T22:10:40Z\"}");
        assertThat(Lines.json(delivery(RECEIVER, "x"))).contains("\"receiver\":\"" + RECEIVER + "\"");
    }

    private static final URI RELAY = URI.create("ws://127.0.0.1:8000");

    @Test
    void anAnswerIsOneLine() {
        Publication accepted = new Publication.Accepted(ID, RELAY, 7L, "stored", "commit");
        Publication refused = new Publication.Refused(ID, RELAY, 503, "full", 250L);
        assertThat(Lines.human(accepted)).isEqualTo("7  " + HEX + "  receiver stored");
        assertThat(Lines.json(accepted))
                .isEqualTo("{\"position\":7,\"receiver\":\"stored\",\"durability\":\"commit\",\"id\":\"" + HEX + "\"}");
        assertThat(Lines.human(refused)).isEqualTo("refused: full (503)  " + HEX);
        assertThat(Lines.json(refused))
                .isEqualTo("{\"code\":503,\"info\":\"full\",\"retry_after_ms\":250,\"id\":\"" + HEX + "\"}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"plain ü ☃ 👩‍🚀, plain ü ☃ 👩‍🚀", "back\\slash, back\\\\slash"})
    void whatIsHarmlessIsShown(String text, String shown) {
        assertThat(Lines.printable(text)).isEqualTo(shown);
    }

    @Test
    void whatWouldDriveATerminalIsEscaped() {
        assertThat(Lines.printable("\u001b[31m\r\n\t\u0000\u009b\u2028\u202e\ud800"))
                .isEqualTo("\\u{1b}[31m\\r\\n\\t\\u{0}\\u{9b}\\u{2028}\\u{202e}\\u{d800}");
    }
}
