package io.monorelay.client;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a relay is dialled through, if any. The proxy then resolves the relay's name.
 *
 * @param secure for wss and https, or null for none
 * @param plain for ws and http, or null for none
 * @param direct the hosts that are dialled without a proxy: a name stands for itself and what is below it, an address for
 *     itself, and {@code *} for every host
 */
public record ProxySettings(
        @Nullable ProxyAddress secure, @Nullable ProxyAddress plain, List<String> direct) {
    private static final ProxySettings NONE = new ProxySettings(null, null, List.of());

    public ProxySettings {
        direct = direct.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    /** No proxy for any relay. */
    public static ProxySettings none() {
        return NONE;
    }

    /** The same proxy for every relay. */
    public static ProxySettings through(ProxyAddress proxy) {
        return new ProxySettings(proxy, proxy, List.of());
    }

    /**
     * Reads what a person gives for all relays: a proxy as {@link ProxyAddress#parse} reads it, or {@code none}.
     *
     * @throws IllegalArgumentException if it is anything else; does not repeat the password
     */
    public static ProxySettings parse(String text) {
        return text.equals("none") ? none() : through(ProxyAddress.parse(text));
    }

    @Nullable
    ProxyAddress proxyFor(RelayAddress relay) {
        ProxyAddress proxy = relay.tls() ? secure : plain;
        return direct.stream().anyMatch(host -> standsFor(host, relay.host())) ? null : proxy;
    }

    private static boolean standsFor(String pattern, String host) {
        String domain = pattern.startsWith(".") ? pattern : "." + pattern;
        return pattern.equals("*") || host.equals(pattern) || host.endsWith(domain);
    }
}
