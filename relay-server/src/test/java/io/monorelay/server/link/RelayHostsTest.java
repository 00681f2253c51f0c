package io.monorelay.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.client.HostResolver;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RelayHostsTest {
    private static final URI NAMED = URI.create("wss://named.example");
    private static final URI ENTRYPOINT = URI.create("wss://entrypoint.example");
    private static final URI STRANGER = URI.create("https://stranger.example");

    private final List<InetAddress> addresses = new ArrayList<>();
    private final HostResolver system = (relay, host) -> List.copyOf(addresses);

    private RelayHosts hosts(boolean allowPrivate) throws Exception {
        RelayConfig.Links settings = ConfigLoader.load(
                        null, Map.of(), Map.of("links", NAMED.toString(), "entrypoint", ENTRYPOINT.toString()))
                .config()
                .links();
        return new RelayHosts(settings, new AddressPolicy(allowPrivate), system);
    }

    private void nameLeadsTo(String... literals) throws UnknownHostException {
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
    }

    @Test
    void relayOfTheSettingsIsDialledWhereverItsNameLeads() throws Exception {
        nameLeadsTo("10.0.0.1", "127.0.0.1");
        assertThat(hosts(false).addressesOf(NAMED, "named.example")).isEqualTo(addresses);
        assertThat(hosts(false).addressesOf(ENTRYPOINT, "entrypoint.example")).isEqualTo(addresses);
        assertThat(hosts(false).decidesForProxies(NAMED)).isFalse();
    }

    @Test
    void strangerIsDialledAtPublicAddressesOnlyThroughProxiesToo() throws Exception {
        nameLeadsTo("93.184.216.34");
        assertThat(hosts(false).addressesOf(STRANGER, "stranger.example")).isEqualTo(addresses);
        assertThat(hosts(false).decidesForProxies(STRANGER)).isTrue();

        nameLeadsTo("10.0.0.1");
        assertThatThrownBy(() -> hosts(false).addressesOf(STRANGER, "stranger.example"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("expected a public address");
        assertThat(hosts(true).addressesOf(STRANGER, "stranger.example")).isEqualTo(addresses);
    }
}
