package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;

/**
 * A node that is connected. It lives as long as the connection and is never stored.
 *
 * @param connection the number of the connection, unique as long as the relay runs
 */
public record SocketReference(NodeKey key, long connection) implements Reference {}
