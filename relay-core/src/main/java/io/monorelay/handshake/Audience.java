package io.monorelay.handshake;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The address that a node dialled, as both sides of a handshake write it: {@code scheme://host[:port]}, in lower case,
 * without the port that the scheme implies.
 */
public final class Audience {
    private Audience() {}

    /**
     * The audience of a WebSocket or HTTP address; path and query are left out.
     *
     * @throws IllegalArgumentException if it is no such address, naming it
     */
    public static String of(String address) {
        URI uri = parse(address);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int impliedPort = impliedPort(scheme);
        String host = uri.getHost();
        if (impliedPort < 0 || host == null || uri.getUserInfo() != null) {
            throw unlike(address);
        }
        String origin = scheme + "://" + host.toLowerCase(Locale.ROOT);
        boolean implied = uri.getPort() < 0 || uri.getPort() == impliedPort;
        return implied ? origin : origin + ":" + uri.getPort();
    }

    private static URI parse(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            throw unlike(address);
        }
    }

    private static int impliedPort(String scheme) {
        return switch (scheme) {
            case "ws", "http" -> 80;
            case "wss", "https" -> 443;
            default -> -1;
        };
    }

    private static IllegalArgumentException unlike(String address) {
        return new IllegalArgumentException("expected ws, wss, http or https://host[:port], got \"" + address + "\"");
    }
}
