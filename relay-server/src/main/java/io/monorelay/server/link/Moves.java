package io.monorelay.server.link;

import io.monorelay.client.RelayMemory;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.server.config.RelayConfig;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Which relay may be left for which when it goes away and names others. An entrypoint is as good as another one, or as a
 * relay that is known. A link of the settings is kept to that very relay; and a relay that was chosen sends this node
 * nowhere, since another can be chosen in its place. Any thread.
 */
final class Moves {
    private final RelayConfig.Links settings;
    private final Standing standing;
    private final RelayMemory memory;
    private final WantedLinks.Ties ties;
    private final InstantSource clock;

    Moves(
            RelayConfig.Links settings,
            Standing standing,
            RelayMemory memory,
            WantedLinks.Ties ties,
            InstantSource clock) {
        this.settings = settings;
        this.standing = standing;
        this.memory = memory;
        this.ties = ties;
        this.clock = clock;
    }

    boolean mayMove(URI home, URI alternative) {
        HttpReference reference = standing.find(alternative);
        NodeKey key = reference == null ? memory.keyOf(alternative) : reference.key();
        return isEntrypoint(home)
                && (isEntrypoint(alternative) || isFit(reference))
                && (key == null || !ties.isHere(key))
                && ties.links().stream().noneMatch(link -> link.isTo(alternative, key));
    }

    private boolean isEntrypoint(URI relay) {
        return settings.relays().isEmpty() && settings.entrypoints().contains(relay);
    }

    private boolean isFit(@Nullable HttpReference reference) {
        return reference != null
                && reference.level() == HttpReference.Level.V2
                && !reference.conduct().isAvoided(clock.instant());
    }
}
