package io.monorelay.server.cli;

import io.monorelay.client.RelayMemory;
import io.monorelay.protocol.NodeKey;
import java.net.URI;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a command is in the logs of its relays.
 *
 * @param start where it begins in a log that it does not know; empty to begin where the relay thinks best
 * @param isToldToRelays whether its key is one that will come again, and what comes is taken for it
 * @param hasEnded whether what comes is passed over
 */
record CommandMemory(RelayMemory known, OptionalLong start, boolean isToldToRelays, BooleanSupplier hasEnded)
        implements RelayMemory {
    /** Of a command that does not listen. */
    static RelayMemory ofNothing() {
        return new CommandMemory(RelayMemory.inMemory(), OptionalLong.empty(), false, () -> false);
    }

    @Override
    public @Nullable NodeKey keyOf(URI relay) {
        return known.keyOf(relay);
    }

    @Override
    public void firstSeen(URI relay, NodeKey key) {
        known.firstSeen(relay, key);
    }

    @Override
    public OptionalLong processed(NodeKey relay) {
        OptionalLong position = known.processed(relay);
        return position.isPresent() ? position : start;
    }

    @Override
    public void processed(NodeKey relay, long position) {
        if (!hasEnded.getAsBoolean()) {
            known.processed(relay, position);
        }
    }
}
