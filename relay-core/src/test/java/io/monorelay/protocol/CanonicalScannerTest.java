package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The short way against the general one, which is its model. */
final class CanonicalScannerTest {
    private static final String[] DATA = {
        "",
        "hello",
        "q\" b\\ s/ \b\f\n\r\t \u007f end",
        "caf\u00e9 \u20ac \ud83d\ude00 \u2028",
        "x".repeat(300),
        "\u0001"
    };
    private static final String[] SNIPPETS = {
        " ",
        "0",
        "00",
        "1",
        "9",
        "256",
        "-",
        ".",
        "e1",
        ",",
        "[",
        "]",
        "{",
        "}",
        ":",
        "\"",
        "\\",
        "\\u0000",
        "\\/",
        "\\n",
        "\0",
        "\u0001",
        "\u00e9",
        "null",
        "[]",
        ",\"_type\":\"Broadcast_Message\"",
        ",\"x\":1",
        "\"position\":1,"
    };
    private static final int MUTATIONS = 150_000;

    private final Random random = new Random(5);
    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());

    @Test
    void everyCanonicalMessageIsRecognised() throws ProtocolException {
        for (int i = 0; i < 5000; i++) {
            byte[] text = valid(DATA[random.nextInt(DATA.length - 1)]);
            assertThat(CanonicalScanner.scan(text, 0, text.length)).isNotNull();
            agree(text);
        }
    }

    @Test
    void damagedTextsAreLeftToTheGeneralDecoderOrReadLikeIt() {
        int recognised = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] text = valid(DATA[random.nextInt(DATA.length)]);
            int mutations = 1 + random.nextInt(2);
            for (int k = 0; k < mutations; k++) {
                text = mutate(text);
            }
            recognised += agree(text) ? 1 : 0;
        }
        assertThat(recognised).isBetween(MUTATIONS / 50, MUTATIONS - MUTATIONS / 50);
    }

    @Test
    void everyTruncationIsLeftToTheGeneralDecoder() {
        byte[] text = valid("hello");
        for (int length = 0; length < text.length; length++) {
            assertThat(CanonicalScanner.scan(text, 0, length)).isNull();
            assertThat(CanonicalScanner.scan(Arrays.copyOf(text, length), 0, length))
                    .isNull();
        }
    }

    /** Whether it is recognised; what is no UTF-8 never comes as far as the scanner. */
    private boolean agree(byte[] text) {
        if (!Utf8Validator.isValid(text, 0, text.length)) {
            return false;
        }
        Inbound scanned = CanonicalScanner.scan(text, 0, text.length);
        if (scanned == null) {
            return false;
        }
        Inbound general;
        try {
            general = decoder.decodeAny(text, 0, text.length);
        } catch (ProtocolException e) {
            throw new AssertionError(e.info() + " in " + new String(text, UTF_8), e);
        }
        assertThat(description(scanned)).as(new String(text, UTF_8)).isEqualTo(description(general));
        return true;
    }

    private static List<Object> description(Inbound inbound) {
        if (inbound instanceof Inbound.Delivery delivery) {
            return List.of(delivery.position(), description(delivery.message()));
        }
        return description(((Inbound.Publish) inbound).message());
    }

    private static List<Object> description(DecodedMessage message) {
        return List.of(
                message.sender(),
                String.valueOf(message.receiver()),
                message.timeEpochSecond(),
                message.form(),
                Arrays.toString(message.signature()),
                message.contentsOffset(),
                message.contentsLength(),
                message.membersOffset(),
                message.membersLength());
    }

    private byte[] valid(String data) {
        NodeKey receiver = random.nextBoolean() ? null : NodeKey.of(octets(32));
        String time = WireTime.formatSecond(random.nextLong(4_000_000_000L));
        byte[] contents = MessageEncoder.contents(NodeKey.of(octets(32)), receiver, data, time);
        byte[] members = MessageEncoder.members(Form.MONOCHAIN, contents, octets(64));
        return switch (random.nextInt(3)) {
            case 0 -> MessageEncoder.typed(members, 0, members.length);
            case 1 ->
                MessageEncoder.delivery(
                        random.nextLong(1_000_000_000_000_000_000L) >> random.nextInt(60), members, 0, members.length);
            default -> MessageEncoder.untyped(members, 0, members.length);
        };
    }

    /** Bytes of one, two and three digits alike. */
    private byte[] octets(int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) (random.nextInt(256) >> random.nextInt(8));
        }
        return octets;
    }

    private byte[] mutate(byte[] text) {
        int at = random.nextInt(text.length);
        byte[] snippet = SNIPPETS[random.nextInt(SNIPPETS.length)].getBytes(UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> changed(text, at, (byte) random.nextInt());
            case 1 -> changed(text, at, snippet[0]);
            case 2 -> spliced(text, at, at, snippet);
            case 3 -> spliced(text, at, Math.min(text.length, at + 1 + random.nextInt(3)), new byte[0]);
            default -> spliced(text, at, Math.min(text.length, at + snippet.length), snippet);
        };
    }

    private static byte[] changed(byte[] text, int at, byte octet) {
        byte[] changed = text.clone();
        changed[at] = octet;
        return changed;
    }

    private static byte[] spliced(byte[] text, int from, int to, byte[] replacement) {
        byte[] spliced = new byte[text.length - (to - from) + replacement.length];
        System.arraycopy(text, 0, spliced, 0, from);
        System.arraycopy(replacement, 0, spliced, from, replacement.length);
        System.arraycopy(text, to, spliced, from + replacement.length, text.length - to);
        return spliced;
    }
}
