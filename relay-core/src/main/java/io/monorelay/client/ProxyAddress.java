package io.monorelay.client;

import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that connections are made through.
 *
 * @param port from 1 to 65,535
 * @param user and password, or null if the proxy wants none; shown nowhere
 */
public record ProxyAddress(
        Kind kind,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {
    /** What the proxy speaks. */
    public enum Kind {
        /** The method CONNECT of HTTP/1.1 (RFC 9110, section 9.3.6). */
        HTTP(80),
        /** SOCKS version 5 (RFC 1928), with a password where there is one (RFC 1929). */
        SOCKS5(1080);

        private final int usualPort;

        Kind(int usualPort) {
            this.usualPort = usualPort;
        }
    }

    /**
     * Reads {@code http://[USER:PASSWORD@]HOST[:PORT]}, or the same with socks5 or socks5h.
     *
     * @throws IllegalArgumentException if it is anything else; does not repeat the password
     */
    public static ProxyAddress parse(String url) {
        try {
            URI uri = URI.create(url);
            Kind kind = kindOf(uri.getScheme());
            String host = uri.getHost();
            if (kind == null || host == null || uri.getPort() == 0 || uri.getPort() > 0xFFFF) {
                throw unusable();
            }
            int port = uri.getPort() < 0 ? kind.usualPort : uri.getPort();
            String[] login = uri.getUserInfo() == null
                    ? new String[0]
                    : uri.getUserInfo().split(":", 2);
            return new ProxyAddress(
                    kind,
                    host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                    port,
                    login.length == 0 ? null : login[0],
                    login.length == 0 ? null : login.length == 1 ? "" : login[1]);
        } catch (IllegalArgumentException notAUrl) {
            // Its message repeats the password, if there is one.
            throw unusable();
        }
    }

    private static @Nullable Kind kindOf(@Nullable String scheme) {
        if (scheme == null) {
            return null;
        }
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http" -> Kind.HTTP;
            case "socks5", "socks5h" -> Kind.SOCKS5;
            default -> null;
        };
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException("a proxy is given as http://HOST:PORT or socks5://HOST:PORT");
    }

    /** What asks the proxy for connections, at one of the addresses of its host. */
    ProxyHandler handler(InetAddress resolved) {
        InetSocketAddress address = new InetSocketAddress(resolved, port);
        return switch (kind) {
            case HTTP ->
                user == null || password == null
                        ? new HttpProxyHandler(address)
                        : new HttpProxyHandler(address, user, password);
            case SOCKS5 -> new Socks5ProxyHandler(address, user, password);
        };
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + "://" + host + ":" + port;
    }
}
