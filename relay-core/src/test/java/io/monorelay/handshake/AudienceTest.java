package io.monorelay.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AudienceTest {
    @ParameterizedTest
    @CsvSource({
        "wss://Relay.Example, wss://relay.example",
        "WSS://relay.example:443/, wss://relay.example",
        "ws://relay.example:80, ws://relay.example",
        "ws://relay.example:443, ws://relay.example:443",
        "https://relay.example:443/ws?x=1#y, https://relay.example",
        "http://127.0.0.1:8000, http://127.0.0.1:8000",
        "ws://[2001:DB8::1]:8000/x, ws://[2001:db8::1]:8000"
    })
    void differentSpellingsOfOneAddressAreOneAudience(String address, String audience) {
        assertThat(Audience.of(address)).isEqualTo(audience);
        assertThat(Audience.of(audience)).isEqualTo(audience);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relay.example",
                "//relay.example",
                "ftp://relay.example",
                "wss:relay",
                "wss://a b",
                "ws://u:p@h"
            })
    void otherAddressesAreRefused(String address) {
        assertThatThrownBy(() -> Audience.of(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + address + "\"");
    }

    @Test
    void aLineBreakIsNoAudience() {
        assertThatThrownBy(() -> Audience.of("wss://a\nresponder")).isInstanceOf(IllegalArgumentException.class);
    }
}
