package io.monorelay.client;

import io.monorelay.protocol.NodeKey;
import java.net.URI;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Remembers as long as the program runs. */
final class UnsavedRelayMemory implements RelayMemory {
    private final boolean toldToRelays;
    private final Map<URI, NodeKey> keys = new ConcurrentHashMap<>();
    private final Map<NodeKey, Long> positions = new ConcurrentHashMap<>();

    UnsavedRelayMemory(boolean toldToRelays) {
        this.toldToRelays = toldToRelays;
    }

    @Override
    public boolean isToldToRelays() {
        return toldToRelays;
    }

    @Override
    public @Nullable NodeKey keyOf(URI relay) {
        return keys.get(relay);
    }

    @Override
    public void firstSeen(URI relay, NodeKey key) {
        keys.putIfAbsent(relay, key);
    }

    @Override
    public OptionalLong processed(NodeKey relay) {
        Long position = positions.get(relay);
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    @Override
    public void processed(NodeKey relay, long position) {
        positions.put(relay, position);
    }
}
