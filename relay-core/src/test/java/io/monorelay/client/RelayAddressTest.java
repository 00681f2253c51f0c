package io.monorelay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RelayAddressTest {
    @ParameterizedTest
    @CsvSource({
        "ws://relay.example,             false, relay.example, 80,   /,        ws://relay.example",
        "ws://relay.example:80/,         false, relay.example, 80,   /,        ws://relay.example",
        "http://Relay.Example:8000,      false, relay.example, 8000, /,        ws://relay.example:8000",
        "WSS://relay.example/a/b?c=d%20, true,  relay.example, 443,  /a/b?c=d%20, wss://relay.example",
        "https://relay.example:80?x,     true,  relay.example, 80,   /?x,      wss://relay.example:80",
        "ws://[::1]:8000/ws,             false, ::1,           8000, /ws,      ws://[::1]:8000",
    })
    void readsWhatToDial(String uri, boolean tls, String host, int port, String target, String audience) {
        RelayAddress address = RelayAddress.of(URI.create(uri));
        assertThat(address).isEqualTo(new RelayAddress(URI.create(uri), tls, host, port, target, audience));
    }

    @Test
    void theHostFieldHasThePortUnlessItIsImplied() {
        assertThat(RelayAddress.of(URI.create("wss://a.example")).authority()).isEqualTo("a.example");
        assertThat(RelayAddress.of(URI.create("ws://[::1]:99/x")).authority()).isEqualTo("[::1]:99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a.example", "a.example:80", "ws:///x", "ws://u@a.example", "/x", "ws://a:70000"})
    void anythingElseIsRefusedByName(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RelayAddress.of(URI.create(uri)))
                .withMessageContaining(uri)
                .withMessageContaining("ws://127.0.0.1:8000");
    }
}
