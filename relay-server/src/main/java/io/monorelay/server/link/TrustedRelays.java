package io.monorelay.server.link;

import io.monorelay.client.RelayMemory;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.config.RelayConfig;

/** The relays that the settings name, by key or by address. Any thread. */
public final class TrustedRelays {
    private volatile RelayConfig.Links settings;
    private final RelayMemory memory;

    /** @param memory knows which key belongs to an address, once that was dialled */
    public TrustedRelays(RelayConfig.Links settings, RelayMemory memory) {
        this.settings = settings;
        this.memory = memory;
    }

    /** From now on these are the relays. */
    public void use(RelayConfig.Links wanted) {
        settings = wanted;
    }

    /** Whether a node that has proven this key is one of them. */
    public boolean include(NodeKey key) {
        return settings.trusted().contains(key)
                || settings.relays().stream().anyMatch(relay -> key.equals(memory.keyOf(relay)));
    }
}
