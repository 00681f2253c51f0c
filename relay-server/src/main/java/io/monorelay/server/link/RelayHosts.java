package io.monorelay.server.link;

import io.monorelay.client.HostResolver;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.server.config.RelayConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Where relays are dialled: those that the settings name, wherever their name leads; those that a stranger named, only at
 * addresses that this node calls for strangers, and through a proxy only by such an address. Any thread.
 */
final class RelayHosts implements HostResolver {
    private final RelayConfig.Links settings;
    private final AddressPolicy policy;
    private final HostResolver system;

    RelayHosts(RelayConfig.Links settings, AddressPolicy policy, HostResolver system) {
        this.settings = settings;
        this.policy = policy;
        this.system = system;
    }

    @Override
    public List<InetAddress> addressesOf(URI relay, String host) throws UnknownHostException, ProtocolException {
        List<InetAddress> addresses = system.addressesOf(relay, host);
        if (!settings.name(relay)) {
            for (InetAddress address : addresses) {
                policy.check(relay, address);
            }
        }
        return addresses;
    }

    @Override
    public boolean decidesForProxies(URI relay) {
        return !settings.name(relay);
    }
}
