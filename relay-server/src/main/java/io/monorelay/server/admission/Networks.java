package io.monorelay.server.admission;

import io.monorelay.refs.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;

/** What counts as one network: as much of an address as its owner is usually given all of. */
final class Networks {
    private static final int IPV4_BITS = 24;
    private static final int IPV6_BITS = 64;

    private Networks() {}

    static AddressBlock of(InetAddress address) {
        return AddressBlock.of(address, address instanceof Inet4Address ? IPV4_BITS : IPV6_BITS);
    }

    /** The block of that address alone. */
    static AddressBlock alone(InetAddress address) {
        return AddressBlock.of(address, address.getAddress().length * Byte.SIZE);
    }
}
