package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;
import java.net.URI;

/**
 * A node that can be called over HTTP, and how it has behaved. A value: what happens to the node makes a new one.
 *
 * @param uri scheme, host, perhaps a port and a path, as {@link AddressPolicy#parse} writes it
 * @param key what the node at that address proved to hold, at the last handshake
 * @param level by which handshake
 */
public record HttpReference(URI uri, NodeKey key, Level level, Conduct conduct) implements Reference {
    /** The session level of the handshake by which a node proved its key. */
    public enum Level {
        /** An original node, as far as anyone knows. */
        V1,
        /** A node of ours. */
        V2
    }

    HttpReference with(Conduct changed) {
        return new HttpReference(uri, key, level, changed);
    }
}
