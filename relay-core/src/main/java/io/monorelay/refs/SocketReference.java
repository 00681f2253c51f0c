package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;

/**
 * A node that is connected. It lives as long as the connection and is never stored; nor is what it is blamed for, since
 * whoever connects may have borrowed the proof of the key from its owner.
 *
 * @param connection the number of the connection, unique as long as the relay runs
 */
public record SocketReference(NodeKey key, long connection) implements Reference {}
