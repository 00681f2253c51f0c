package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;

/**
 * A node that this one remembers, by an address or by a connection. The two are different types, so that code that calls
 * an address cannot be handed a connection, nor the other way round.
 */
public sealed interface Reference permits HttpReference, SocketReference {
    /** The public key that the node has proven to hold. */
    NodeKey key();
}
