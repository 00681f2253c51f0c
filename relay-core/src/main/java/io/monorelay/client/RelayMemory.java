package io.monorelay.client;

import io.monorelay.protocol.NodeKey;
import java.net.URI;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a node remembers of relays from one link to the next: which key belongs to an address, and up to which position of
 * a relay's log everything has been processed. Positions go by the key, since a relay has one log by whatever address it
 * is dialled. Any thread may call; nothing may block.
 */
public interface RelayMemory {
    /** A memory that ends with the program. It grows with the number of relays. */
    static RelayMemory inMemory() {
        return new UnsavedRelayMemory(true);
    }

    /**
     * Whether relays too are told what has been processed, for a node that comes again under its key, even without this
     * memory.
     */
    default boolean isToldToRelays() {
        return true;
    }

    /** The key that the relay at this address must prove, or null if it was never seen and none was given for it. */
    @Nullable
    NodeKey keyOf(URI relay);

    /** The relay at this address has proven this key, and none was known for it. */
    void firstSeen(URI relay, NodeKey key);

    /** The last position of the relay with this key up to which everything has been processed, if one is known. */
    OptionalLong processed(NodeKey relay);

    /** From now on {@link #processed(NodeKey)} is this, be it more or less than before. */
    void processed(NodeKey relay, long position);
}
