package io.monorelay.bench.siege;

import io.monorelay.handshake.Audience;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The relay under attack.
 *
 * @param relay as nodes dial it, at a loopback address
 * @param pid its process, where it has one of its own
 * @param vectors where the captured traffic of original nodes is
 */
record Target(URI relay, OptionalLong pid, Path vectors) {
    InetSocketAddress socketAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.getPort());
    }

    /** What a proof for this relay names. */
    String audience() {
        return Audience.of(relay.toString());
    }

    /** What stands in the header {@code Host}. */
    String host() {
        return relay.getHost() + ":" + relay.getPort();
    }
}
