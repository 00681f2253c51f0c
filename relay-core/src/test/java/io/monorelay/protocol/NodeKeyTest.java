package io.monorelay.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NodeKeyTest {
    private static final String HEX = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    private static final String BASE64URL = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";

    @Test
    void hexAndBase64UrlAreTheSameKey() {
        assertThat(NodeKey.parse(HEX)).isEqualTo(NodeKey.parse(BASE64URL)).hasToString(BASE64URL);
        assertThat(NodeKey.parse(HEX)).hasSameHashCodeAs(NodeKey.parse(BASE64URL));
    }

    @Test
    void bytesComeBackAsTheyWereGiven() {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            byte[] source = new byte[40];
            random.nextBytes(source);
            NodeKey key = NodeKey.of(source, 5);
            assertThat(key.bytes()).isEqualTo(Arrays.copyOfRange(source, 5, 37));
            assertThat(NodeKey.parse(key.toString())).isEqualTo(key);
        }
    }

    @Test
    void keysThatDifferInOneBitAreDifferent() {
        byte[] bytes = NodeKey.parse(HEX).bytes();
        for (int bit = 0; bit < 256; bit++) {
            byte[] other = bytes.clone();
            other[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(NodeKey.of(other)).isNotEqualTo(NodeKey.of(bytes));
        }
    }

    @Test
    void otherTextsAreRefusedNamingWhatWasExpected() {
        String padded = BASE64URL + "=";
        String strayBits = BASE64URL.substring(0, 42) + "h";
        String standardAlphabet = BASE64URL.replace('_', '/');
        for (String text : new String[] {"", "abc", padded, strayBits, standardAlphabet, HEX.replace('a', 'g')}) {
            assertThatThrownBy(() -> NodeKey.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + text + "\"")
                    .hasMessageContaining("43 characters")
                    .hasMessageContaining("64 hex digits");
        }
    }

    @Test
    void otherLengthsAreRefused() {
        assertThatThrownBy(() -> NodeKey.of(new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a key of 31 bytes, expected 32");
    }
}
