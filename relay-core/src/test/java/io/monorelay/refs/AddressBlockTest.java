package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressBlockTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, 192.0.3.0",
        "192.0.2.77/24, 192.0.2.0, 192.0.1.255",
        "10.0.0.0/9, 10.127.255.255, 10.128.0.0",
        "0.0.0.0/0, 255.255.255.255, ::1",
        "192.0.2.1, 192.0.2.1, 192.0.2.2",
        "192.0.2.1/32, 192.0.2.1, 192.0.2.0",
        "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::",
        "::1, ::1, ::2",
        "::/0, 2001:db8::1, 192.0.2.1",
        "::ffff:192.0.2.0/120, 192.0.2.9, 192.0.3.9",
    })
    void containsWhatBeginsWithTheSameBits(String block, String inside, String outside) throws UnknownHostException {
        AddressBlock parsed = AddressBlock.parse(block);
        assertThat(parsed).isNotNull();
        assertThat(parsed.contains(InetAddress.getByName(inside))).isTrue();
        assertThat(parsed.contains(InetAddress.getByName(outside))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/8/8",
                "::/129",
                "10.0.0/8",
                "relay.example",
                "10.0.0.0 /8",
                "::1/64x",
                "10.0.0.1:80",
            })
    void whatIsNoBlockIsNotRead(String text) {
        assertThat(AddressBlock.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.77/24, 192.0.2.0/24",
        "192.0.2.77, 192.0.2.77",
        "192.0.2.77/32, 192.0.2.77",
        "2001:DB8::F/64, 2001:db8::/64",
        "::1, ::1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1/112, 192.0.0.0/16",
    })
    void isWrittenInOneWay(String text, String canonical) {
        assertThat(AddressBlock.parse(text)).hasToString(canonical).isEqualTo(AddressBlock.parse(canonical));
        assertThat(AddressBlock.parse(canonical)).hasSameHashCodeAs(AddressBlock.parse(text));
    }

    @Test
    void theNetworkOfAnAddressHasItsFirstBits() throws UnknownHostException {
        InetAddress address = InetAddress.getByName("2001:db8:1:2:3:4:5:6");
        assertThat(AddressBlock.of(address, 64)).hasToString("2001:db8:1:2::/64");
    }
}
