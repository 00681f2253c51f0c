package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MessageIdTest {
    private static final String HEX = "861b1c1e8c0669c0c0b07128909c34ef44dffa0424852b74c67be141bf651409";

    @Test
    void hexComesBackInLowerCase() {
        MessageId id = MessageId.parse(HEX.toUpperCase(java.util.Locale.ROOT));
        assertThat(id).hasToString(HEX).isEqualTo(MessageId.of(id.bytes()));
    }

    @Test
    void hexIsWrittenInPlace() {
        byte[] target = new byte[70];
        MessageId.parse(HEX).writeHex(target, 3);
        assertThat(new String(target, 3, 64, US_ASCII)).isEqualTo(HEX);
        assertThat(target[2]).isZero();
        assertThat(target[67]).isZero();
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> MessageId.parse(HEX.substring(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MessageId.parse("x" + HEX.substring(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MessageId.of(new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }
}
