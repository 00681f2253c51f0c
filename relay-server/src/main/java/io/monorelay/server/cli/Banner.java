package io.monorelay.server.cli;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.node.RelayNode;
import io.monorelay.server.node.Version;
import io.monorelay.store.Durability;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a relay prints once it serves. */
final class Banner {
    private final RelayConfig config;
    private final RelayNode node;
    private final NodeIdentity identity;
    private final Ed25519 ed25519;

    Banner(RelayConfig config, RelayNode node, NodeIdentity identity, Ed25519 ed25519) {
        this.config = config;
        this.node = node;
        this.identity = identity;
        this.ed25519 = ed25519;
    }

    void print(PrintWriter out) {
        String name = config.node().name();
        out.println("Monorelay " + Version.current() + (name.isEmpty() ? "" : "  \"" + name + "\""));
        out.println("  key      " + identity.key());
        out.println("  url      " + urls());
        links().forEach(relay -> out.println("  link     " + relay));
        out.println("  data     " + config.data().toAbsolutePath().normalize());
        out.println("  store    " + store());
        out.println("  crypto   " + ed25519.name());
        out.println("  network  " + node.transportName().toLowerCase(Locale.ROOT));
        InetSocketAddress admin = node.adminAddress();
        if (admin != null) {
            out.println("  admin    http://" + listening(admin.getHostString(), admin.getPort()));
        }
        out.println("listening on "
                + listening(config.listen().host(), node.address().getPort()));
        out.flush();
    }

    private List<URI> links() {
        return config.links().toDial();
    }

    private String store() {
        RelayConfig.StoreSettings store = config.store();
        String size = store.durability() == Durability.MEMORY ? ", " + (store.memoryBytes() >> 20) + " MiB" : "";
        return store.kind() + size + "; " + store.promise();
    }

    /** A host and a port as one reads them, also of IPv6. */
    static String listening(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private String urls() {
        List<URI> configured = config.node().publicAddresses();
        if (!config.node().isPublic()) {
            return "http" + urlOf(node.address()).substring("ws".length()) + "  (for applications on this machine)";
        }
        if (configured.isEmpty()) {
            return urlOf(node.address());
        }
        return configured.stream().map(URI::toString).collect(Collectors.joining("  "));
    }

    /** Who listens everywhere can be reached from this machine at least. */
    private String urlOf(InetSocketAddress address) {
        InetAddress bound = address.getAddress();
        boolean everywhere = bound != null && bound.isAnyLocalAddress();
        return (config.tls().isPresent() ? "wss" : "ws") + "://"
                + listening(everywhere ? "127.0.0.1" : config.listen().host(), address.getPort());
    }
}
