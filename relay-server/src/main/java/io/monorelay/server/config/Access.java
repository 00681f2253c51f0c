package io.monorelay.server.config;

import io.monorelay.refs.AddressBlock;
import java.net.InetAddress;
import java.util.List;

/**
 * Who may connect and take part.
 *
 * @param deny who never may
 * @param allow who alone may, where the mode is that of a list
 * @param exempt whose connections are not limited
 * @param caps how many connections the others may have, and how fast
 */
public record Access(Mode mode, List<Subject> deny, List<Subject> allow, List<AddressBlock> exempt, Caps caps) {
    public Access {
        deny = List.copyOf(deny);
        allow = List.copyOf(allow);
        exempt = List.copyOf(exempt);
    }

    /** Whom the relay serves. */
    public enum Mode {
        /** Everybody, proven or not. */
        OPEN,
        /** Whoever proves a key. */
        AUTHENTICATED,
        /** Whoever proves a key that is on the list. */
        ALLOW_LIST
    }

    /**
     * Ceilings on connections; 0 is none. A network is the first 24 bits of an IPv4 address, 64 of an IPv6 one.
     *
     * @param perAddress connections at a time
     * @param perNetwork connections at a time
     * @param rate accepted a second, from everywhere together
     * @param ratePerNetwork accepted a second
     */
    public record Caps(int perAddress, int perNetwork, int rate, int ratePerNetwork) {}

    /** Whether nothing limits whoever is at that address. */
    public boolean isExempt(InetAddress address) {
        for (AddressBlock block : exempt) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    static Access from(Settings settings) {
        return new Access(
                settings.get(Catalogue.ACCESS_MODE),
                settings.get(Catalogue.ACCESS_DENY),
                settings.get(Catalogue.ACCESS_ALLOW),
                settings.get(Catalogue.ACCESS_EXEMPT),
                new Caps(
                        settings.get(Catalogue.ACCESS_MAX_PER_ADDRESS),
                        settings.get(Catalogue.ACCESS_MAX_PER_NETWORK),
                        settings.get(Catalogue.ACCESS_ACCEPT_RATE),
                        settings.get(Catalogue.ACCESS_ACCEPT_RATE_PER_NETWORK)));
    }
}
