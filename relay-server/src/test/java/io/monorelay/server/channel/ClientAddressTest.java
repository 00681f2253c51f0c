package io.monorelay.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

final class ClientAddressTest {
    private static final InetSocketAddress SEEN = new InetSocketAddress("192.0.2.1", 4000);
    private static final InetSocketAddress SAID = new InetSocketAddress("2001:db8::1", 80);

    private final EmbeddedChannel channel = new EmbeddedChannel() {
        @Override
        protected SocketAddress remoteAddress0() {
            return SEEN;
        }
    };

    @Test
    void withoutAProxyItIsWhereTheConnectionComesFrom() {
        assertThat(ClientAddress.of(channel)).isEqualTo(SEEN);
        assertThat(ClientAddress.text(channel)).isEqualTo("192.0.2.1:4000");
    }

    @Test
    void whatAProxySaysGoesBeforeThat() {
        ClientAddress.set(channel, SAID);
        assertThat(ClientAddress.of(channel)).isEqualTo(SAID);
        assertThat(ClientAddress.text(channel)).isEqualTo("[2001:db8::1]:80");
    }

    @Test
    void itMayChangeFromRequestToRequest() {
        ClientAddress.set(channel, SAID);
        ClientAddress.set(channel, new InetSocketAddress("198.51.100.7", 0));
        assertThat(ClientAddress.text(channel)).isEqualTo("198.51.100.7");
    }

    @Test
    void aNameIsNoAddress() {
        InetSocketAddress name = InetSocketAddress.createUnresolved("client.example", 80);
        assertThatThrownBy(() -> ClientAddress.set(channel, name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aChannelWithoutAnAddressHasAStandIn() {
        EmbeddedChannel other = new EmbeddedChannel();
        assertThat(ClientAddress.of(other).getAddress().isAnyLocalAddress()).isTrue();
        other.finishAndReleaseAll();
    }
}
