package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8ValidatorTest {
    private static final byte[] ENDS_OF_RANGES = bytes("00 41 7f 80 8f 90 9f a0 bf c0 e2 ff");

    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private final CharBuffer decoded = CharBuffer.allocate(256);

    @Test
    void agreesWithTheDecoderOfTheJdkOnEveryBeginning() {
        for (int pair = 0; pair < 1 << 16; pair++) {
            byte first = (byte) (pair >> 8);
            byte second = (byte) pair;
            assertAgrees(new byte[] {second});
            assertAgrees(new byte[] {first, second});
            for (byte third : ENDS_OF_RANGES) {
                assertAgrees(new byte[] {first, second, third});
                assertAgrees(new byte[] {first, second, third, (byte) 0x80});
            }
        }
    }

    @Test
    void agreesWithTheDecoderOfTheJdkOnRandomMutations() {
        Random random = new Random(7);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = randomText(random).getBytes(UTF_8);
            for (int mutations = random.nextInt(3); mutations > 0 && bytes.length > 0; mutations--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertAgrees(bytes);
        }
    }

    @Test
    void cuttingTheBytesAnywhereChangesNothing() {
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = randomText(random).getBytes(UTF_8);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            boolean valid = Utf8Validator.isValid(bytes, 0, bytes.length);
            for (int cut = 0; cut <= bytes.length; cut++) {
                Utf8Validator validator = new Utf8Validator();
                boolean accepted = validator.accept(bytes, 0, cut) && validator.accept(bytes, cut, bytes.length);
                assertThat(accepted && validator.isComplete()).isEqualTo(valid);
            }
        }
    }

    @ParameterizedTest(name = "{0} is noticed after {1} bytes")
    @CsvSource({
        "80, 1",
        "c0, 1",
        "c1, 1",
        "f5, 1",
        "ff, 1",
        "e09f, 2",
        "eda0, 2",
        "f08f, 2",
        "f490, 2",
        "c341, 2",
        "e28241, 3",
        "f09f9841, 4",
        "616263646566676869c0, 10",
    })
    void offendingByteIsNoticedAsSoonAsItIsSeen(String hex, int after) {
        byte[] bytes = bytes(hex);
        Utf8Validator validator = new Utf8Validator();
        for (int i = 0; i < bytes.length; i++) {
            assertThat(validator.accept(bytes, i, i + 1)).isEqualTo(i + 1 < after);
        }
    }

    @Test
    void nothingIsAcceptedAfterAnInvalidByte() {
        Utf8Validator validator = new Utf8Validator();
        byte[] bytes = bytes("ff 61");
        assertThat(validator.accept(bytes, 0, 1)).isFalse();
        assertThat(validator.accept(bytes, 1, 2)).isFalse();
        assertThat(validator.isComplete()).isFalse();
    }

    @Test
    void onlyTheGivenRangeCounts() {
        byte[] bytes = bytes("ff 61 c3a9 ff");
        assertThat(Utf8Validator.isValid(bytes, 1, 4)).isTrue();
        assertThat(Utf8Validator.isValid(bytes, 1, 3)).isFalse();
        assertThat(Utf8Validator.isValid(bytes, 2, 2)).isTrue();
    }

    private void assertAgrees(byte[] bytes) {
        boolean valid = decoder.reset()
                .decode(ByteBuffer.wrap(bytes), decoded.clear(), true)
                .isUnderflow();
        if (Utf8Validator.isValid(bytes, 0, bytes.length) != valid) {
            throw new AssertionError(
                    "differs from the decoder of the JDK on " + HexFormat.of().formatHex(bytes));
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            int codePoint = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(128);
            boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
            text.appendCodePoint(surrogate ? 'x' : codePoint);
        }
        return text.toString();
    }
}
