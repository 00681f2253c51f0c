package io.monorelay.bench.load;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.NodeIdentity;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.node.RelayNode;
import io.monorelay.server.node.StartException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** A relay on a free port of loopback, in the process of the test. */
public final class InProcessRelay implements AutoCloseable {
    private final RelayNode node;

    private InProcessRelay(RelayNode node) {
        this.node = node;
    }

    /** Starts one with the defaults, but for its data. */
    public static InProcessRelay start(Path data) throws ConfigException, StartException {
        return start(data, Map.of());
    }

    /** Starts one with settings of one's own. */
    public static InProcessRelay start(Path data, Map<String, String> settings) throws ConfigException, StartException {
        Map<String, String> all = new HashMap<>(Map.of("listen", "127.0.0.1:0", "data", data.toString()));
        all.putAll(settings);
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
        RelayConfig config = ConfigLoader.load(null, Map.of(), all).config();
        return new InProcessRelay(
                RelayNode.start(config, NodeIdentity.generate(ed25519), ed25519, InstantSource.system()));
    }

    public URI address() {
        return URI.create("ws://127.0.0.1:" + node.address().getPort());
    }

    @Override
    public void close() {
        node.close();
    }
}
