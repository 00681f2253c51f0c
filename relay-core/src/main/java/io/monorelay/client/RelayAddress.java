package io.monorelay.client;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a relay is dialled.
 *
 * @param uri as the caller gave it, for messages
 * @param host without the brackets of an IPv6 address
 * @param target path and query of the upgrade request
 * @param audience what the handshake is signed for: scheme, host and a port that is not the default one
 */
record RelayAddress(URI uri, boolean tls, String host, int port, String target, String audience) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Reads the URL of a relay; http stands for ws and https for wss.
     *
     * @throws IllegalArgumentException if it is no such URL, naming what it is and what was expected
     */
    static RelayAddress of(URI uri) {
        boolean tls = isTls(uri);
        String host = uri.getHost();
        if (host == null || uri.getUserInfo() != null || uri.getPort() > 0xFFFF || uri.getPort() == 0) {
            throw unusable(uri);
        }
        String lowerCaseHost = host.toLowerCase(Locale.ROOT);
        int defaultPort = tls ? HTTPS_PORT : HTTP_PORT;
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        String audience = (tls ? "wss://" : "ws://") + lowerCaseHost + (port == defaultPort ? "" : ":" + port);
        return new RelayAddress(uri, tls, withoutBrackets(lowerCaseHost), port, target(uri), audience);
    }

    /** Host and port as a Host field has them. */
    String authority() {
        return audience.substring(audience.indexOf("://") + 3);
    }

    private static boolean isTls(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw unusable(uri);
        }
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "ws", "http" -> false;
            case "wss", "https" -> true;
            default -> throw unusable(uri);
        };
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String target(URI uri) {
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        return (isEmpty(path) ? "/" : path) + (query == null ? "" : "?" + query);
    }

    private static boolean isEmpty(@Nullable String path) {
        return path == null || path.isEmpty();
    }

    private static IllegalArgumentException unusable(URI uri) {
        return new IllegalArgumentException(
                "the relay \"" + uri + "\" is not a URL such as ws://127.0.0.1:8000 or wss://relay.example.org");
    }
}
