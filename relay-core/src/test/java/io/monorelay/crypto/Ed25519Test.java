package io.monorelay.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.protocol.NodeKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class Ed25519Test {
    private static final HexFormat HEX = HexFormat.of();
    private static final Ed25519 BOUNCY_CASTLE = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
    private static final BigInteger GROUP_ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    static Stream<Ed25519> libraries() {
        return Stream.of(BOUNCY_CASTLE, Ed25519Provider.choose(Ed25519Provider.Preference.AUTO));
    }

    /** RFC 8032, section 7.1: seed, public key, message, signature. */
    static List<String[]> rfcVectors() {
        return List.of(
                new String[] {
                    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                    "",
                    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
                },
                new String[] {
                    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                    "72",
                    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
                },
                new String[] {
                    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                    "af82",
                    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
                });
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void signsAndVerifiesTheVectorsOfTheRfc(Ed25519 ed25519) {
        for (String[] vector : rfcVectors()) {
            Ed25519.Signer signer = ed25519.signer(HEX.parseHex(vector[0]));
            byte[] message = HEX.parseHex(vector[2]);
            byte[] signature = signer.sign(message, 0, message.length);
            assertThat(signer.key()).isEqualTo(NodeKey.parse(vector[1]));
            assertThat(HEX.formatHex(signature)).isEqualTo(vector[3]);
            assertThat(ed25519.verify(signer.key(), message, 0, message.length, signature))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aNonCanonicalScalarIsRefused(Ed25519 ed25519) {
        Ed25519.Signer signer = ed25519.signer(new byte[32]);
        byte[] message = {1, 2, 3};
        byte[] signature = signer.sign(message, 0, 3);
        byte[] malleated = signature.clone();
        BigInteger s = new BigInteger(1, reversed(signature, 32)).add(GROUP_ORDER);
        for (int i = 0; i < 32; i++) {
            malleated[32 + i] = s.shiftRight(8 * i).byteValue();
        }
        assertThat(ed25519.verify(signer.key(), message, 0, 3, signature)).isTrue();
        assertThat(ed25519.verify(signer.key(), message, 0, 3, malleated)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void everyChangedBitIsNoticed(Ed25519 ed25519) {
        Ed25519.Signer signer = ed25519.signer(new byte[32]);
        byte[] message = {1, 2, 3};
        byte[] signature = signer.sign(message, 0, 3);
        for (int bit = 0; bit < 512; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(ed25519.verify(signer.key(), message, 0, 3, changed)).isFalse();
        }
        assertThat(ed25519.verify(signer.key(), message, 0, 2, signature)).isFalse();
        assertThat(ed25519.verify(signer.key(), message, 1, 2, signature)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void wrongKeysAndLengthsAreRefusedWithoutAnException(Ed25519 ed25519) {
        byte[] signature = new byte[64];
        for (NodeKey key : oddKeys()) {
            for (int length : new int[] {0, 32, 63, 64, 65}) {
                assertThat(ed25519.verify(key, new byte[3], 0, 3, new byte[length]))
                        .isFalse();
            }
            signature[0] = 1;
            assertThat(ed25519.verify(key, new byte[3], 0, 3, signature)).isFalse();
        }
    }

    /** With a key of small order, R the neutral element and S zero, the equation holds for many messages. */
    @ParameterizedTest
    @MethodSource("libraries")
    void keysOfSmallOrderSignNothing(Ed25519 ed25519) {
        byte[] signature = new byte[64];
        signature[0] = 1;
        for (NodeKey key : oddKeys()) {
            for (byte i = 0; i < 64; i++) {
                assertThat(ed25519.verify(key, new byte[] {i}, 0, 1, signature)).isFalse();
            }
        }
    }

    private static List<NodeKey> oddKeys() {
        List<NodeKey> keys = new ArrayList<>();
        String[] ends = {"00", "7f", "80", "ff"};
        for (String end : ends) {
            for (String start : new String[] {"00", "01", "02", "ec", "ed", "ee", "ef", "ff"}) {
                keys.add(NodeKey.parse(start + "00".repeat(30) + end));
                keys.add(NodeKey.parse(start + "ff".repeat(30) + end));
            }
        }
        for (String end : new String[] {"05", "85"}) {
            keys.add(NodeKey.parse("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc" + end));
        }
        for (String end : new String[] {"7a", "fa"}) {
            keys.add(NodeKey.parse("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03" + end));
        }
        return keys;
    }

    @Test
    void librariesAgreeOnDamagedSignaturesAndRandomKeys() {
        Random random = new Random(6);
        Ed25519 other = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
        for (int i = 0; i < 500; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            byte[] message = new byte[random.nextInt(200)];
            random.nextBytes(message);
            byte[] signature = BOUNCY_CASTLE.signer(seed).sign(message, 0, message.length);
            NodeKey key = BOUNCY_CASTLE.signer(seed).key();
            assertThat(other.signer(seed).sign(message, 0, message.length)).isEqualTo(signature);
            agree(other, key, message, signature);
            signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
            agree(other, key, message, signature);
            agree(other, NodeKey.of(seed), message, signature);
        }
    }

    private static void agree(Ed25519 other, NodeKey key, byte[] message, byte[] signature) {
        assertThat(other.verify(key, message, 0, message.length, signature))
                .isEqualTo(BOUNCY_CASTLE.verify(key, message, 0, message.length, signature));
    }

    @Test
    void theJdkDerivesTheKeysOfTheRfc() {
        for (String[] vector : rfcVectors()) {
            assertThat(SeededPair.publicKey(HEX.parseHex(vector[0]))).isEqualTo(NodeKey.parse(vector[1]));
        }
    }

    @Test
    void smallSeedsAreRefused() {
        for (Ed25519 ed25519 : libraries().toList()) {
            assertThatThrownBy(() -> ed25519.signer(new byte[31]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a seed of 31 bytes, expected 32");
        }
    }

    @Test
    void librariesSayWhoTheyAre() {
        assertThat(BOUNCY_CASTLE.name()).isEqualTo("Bouncy Castle");
    }

    private static byte[] reversed(byte[] source, int from) {
        byte[] reversed = new byte[source.length - from];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = source[source.length - 1 - i];
        }
        return reversed;
    }
}
