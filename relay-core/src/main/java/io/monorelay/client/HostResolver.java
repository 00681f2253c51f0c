package io.monorelay.client;

import io.monorelay.protocol.ProtocolException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses at which a relay is dialled, and may refuse some. What is dialled is an address that came from here;
 * the name is not looked up a second time, when the answer may be another one. Any thread may call.
 */
@FunctionalInterface
public interface HostResolver {
    /**
     * The addresses of the relay's host, in the order in which they are tried, at least one. Blocks.
     *
     * @param relay as it is dialled
     * @param host its host, an IPv6 address without brackets
     * @throws UnknownHostException if there is none
     * @throws ProtocolException if the relay is not to be dialled
     */
    List<InetAddress> addressesOf(URI relay, String host) throws UnknownHostException, ProtocolException;

    /**
     * Whether a proxy, too, is asked for an address that came from here. Otherwise it is asked for the relay by its name,
     * which may be known to the proxy alone.
     */
    default boolean decidesForProxies(URI relay) {
        return false;
    }

    /** One that takes what the system says for any relay. */
    static HostResolver system() {
        return (relay, host) -> List.of(InetAddress.getAllByName(host));
    }
}
