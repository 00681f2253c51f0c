package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Utf8Test {
    @Test
    void everySequenceOfTwoBytesIsJudgedAsTheJdkJudges() {
        for (int i = 0; i < 1 << 16; i++) {
            agree(new byte[] {(byte) (i >> 8), (byte) i});
        }
    }

    @Test
    void sequencesAroundTheBordersAreJudgedAsTheJdkJudges() {
        int[] leads = {
            0x7f, 0x80, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
        };
        int[] nexts = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
        for (int lead : leads) {
            for (int second : nexts) {
                for (int third : nexts) {
                    agree(new byte[] {(byte) lead, (byte) second, (byte) third});
                    for (int fourth : nexts) {
                        agree(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) fourth});
                    }
                }
            }
        }
    }

    @Test
    void damagedTextIsJudgedAsTheJdkJudges() {
        Random random = new Random(4);
        byte[] text = "plain text, café € 😀, and plain text again".getBytes(UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged = text.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            agree(damaged);
        }
    }

    @Test
    void nothingOutsideTheRangeIsRead() {
        byte[] text = {(byte) 0xff, 'a', (byte) 0xc3, (byte) 0xa9};
        assertThat(Utf8.isValid(text, 1, 3)).isTrue();
        assertThat(Utf8.isValid(text, 1, 2)).isFalse();
        assertThat(Utf8.isValid(text, 1, 0)).isTrue();
    }

    private static void agree(byte[] text) {
        assertThat(Utf8.isValid(text, 0, text.length))
                .as(new String(text, UTF_8))
                .isEqualTo(model(text));
    }

    private static boolean model(byte[] text) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
