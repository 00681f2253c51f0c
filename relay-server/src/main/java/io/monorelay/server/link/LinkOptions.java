package io.monorelay.server.link;

import io.monorelay.client.ClientLimits;
import io.monorelay.client.ClientOptions;
import io.monorelay.client.HostResolver;
import io.monorelay.client.TrustedAuthorities;
import io.monorelay.refs.AddressPolicy;
import io.monorelay.server.config.ProxyEnvironment;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.handshake.Handshakes;
import java.io.IOException;
import java.nio.file.Path;

/** How this node dials the relays that it links to. */
public final class LinkOptions {
    /** A frame with a message is longer than the message by its position. */
    static final int DELIVERY_BYTES = 64;

    private LinkOptions() {}

    /**
     * What the configuration says, and where it says nothing of a proxy the environment. Blocks while it reads the
     * certificates.
     *
     * @throws IOException if they cannot be read
     * @throws IllegalArgumentException if the environment names a proxy that cannot be used
     */
    public static ClientOptions of(RelayConfig config) throws IOException {
        RelayConfig.Links links = config.links();
        // What relays deliver is verified on the way that it takes from here, so not before.
        ClientOptions options = ClientOptions.defaults()
                .withUnverifiedDeliveries()
                .withLimits(limits(config))
                .withHosts(new RelayHosts(
                        links, new AddressPolicy(config.references().allowPrivate()), HostResolver.system()))
                .withProxy(links.proxy().orElseGet(ProxyEnvironment::read));
        if (links.authorities().isPresent()) {
            Path authorities = links.authorities().get();
            options = options.withTls(TrustedAuthorities.ofSystemAnd(authorities));
        }
        if (config.compression().enabled()) {
            options = options.withCompression();
        }
        String ref = Handshakes.referenceOf(config);
        return config.node().isPublic() && !ref.isEmpty() ? options.withRef(ref) : options;
    }

    private static ClientLimits limits(RelayConfig config) {
        ClientLimits limits = ClientLimits.defaults();
        return limits.withMaxFrameBytes(
                Math.max(limits.maxFrameBytes(), config.messages().maxBytes() + DELIVERY_BYTES));
    }
}
