package io.monorelay.server.config;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Whom a rule of access is about. Immutable. */
public sealed interface Subject {
    /** The node with that key, wherever it is. */
    record OfKey(NodeKey key) implements Subject {
        @Override
        public String toString() {
            return key.toString();
        }
    }

    /** Whoever connects from one of these addresses. */
    record OfAddresses(AddressBlock block) implements Subject {
        @Override
        public String toString() {
            return block.toString();
        }
    }

    static Subject of(NodeKey key) {
        return new OfKey(key);
    }

    /** The one address. */
    static Subject of(InetAddress address) {
        return new OfAddresses(AddressBlock.of(address, address.getAddress().length * Byte.SIZE));
    }

    /** Reads a key in base64url or hex, an address, or a network such as {@code 192.0.2.0/24}; null for anything else. */
    static @Nullable Subject parse(String text) {
        AddressBlock block = AddressBlock.parse(text);
        if (block != null) {
            return new OfAddresses(block);
        }
        try {
            return new OfKey(NodeKey.parse(text));
        } catch (IllegalArgumentException neither) {
            return null;
        }
    }
}
