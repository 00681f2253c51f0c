package io.monorelay.server.config;

import io.monorelay.refs.AddressBlock;
import java.net.InetAddress;
import java.util.List;

/**
 * The proxies in front of this relay, which may say where a client is. Whoever else says so is not believed.
 *
 * @param trusted where they are
 * @param header in which they say it of an HTTP request
 */
public record Proxies(List<AddressBlock> trusted, Header header) {
    /** Where nobody is believed. */
    public static final Proxies NONE = new Proxies(List.of(), Header.NONE);

    /** A header that names clients. Only one counts: a proxy passes the other one on as the client wrote it. */
    public enum Header {
        /** What most proxies write. */
        X_FORWARDED_FOR,
        /** RFC 7239. */
        FORWARDED,
        NONE
    }

    public Proxies {
        trusted = List.copyOf(trusted);
    }

    static Proxies of(Settings settings) {
        return new Proxies(settings.get(Catalogue.PROXY_TRUSTED), settings.get(Catalogue.PROXY_HEADER));
    }

    /** Whether what comes from that address is believed; such an address stands for many clients. Any thread. */
    public boolean trust(InetAddress address) {
        // By index: it is asked for each connection, and mostly there are none.
        for (int i = 0; i < trusted.size(); i++) {
            if (trusted.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
