package io.monorelay.server.http;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.config.Proxies;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads where the client of a request is from what proxies have written into its header: {@code Forwarded} (RFC 7239), or
 * the older {@code X-Forwarded-For}. Each proxy adds the address that the request came to it from at the right end; so
 * from that end on it is believed as far as the proxies are trusted, and what stands beyond may be anybody's invention.
 */
final class ForwardedHeader {
    private static final int MAX_PORT = 65_535;

    private ForwardedHeader() {}

    /**
     * The address of the client.
     *
     * @param proxy the trusted one that the request comes from; it is the client where it names none
     * @throws ProtocolException BAD_FORWARDED where the header cannot be read
     */
    static InetSocketAddress client(HttpHeaders headers, Proxies proxies, InetSocketAddress proxy)
            throws ProtocolException {
        List<String> hops = switch (proxies.header()) {
            case X_FORWARDED_FOR -> split(headers.getAll("X-Forwarded-For"));
            case FORWARDED -> forwardedFor(headers.getAll("Forwarded"));
            case NONE -> List.of();
        };
        InetSocketAddress client = proxy;
        for (int i = hops.size() - 1; i >= 0 && proxies.trust(client.getAddress()); i--) {
            InetSocketAddress hop = address(hops.get(i));
            if (hop == null) {
                // The proxy does not tell, so it stands for its clients.
                return client;
            }
            client = hop;
        }
        return client;
    }

    private static List<String> split(List<String> lines) {
        List<String> hops = new ArrayList<>();
        for (String line : lines) {
            for (String hop : line.split(",", -1)) {
                hops.add(hop.strip());
            }
        }
        return hops;
    }

    /** What stands after {@code for=} in each element, and nothing where an element has none. */
    private static List<String> forwardedFor(List<String> lines) throws ProtocolException {
        List<String> hops = new ArrayList<>();
        for (String line : lines) {
            for (String element : splitUnquoted(line, ',')) {
                hops.add(forOf(element));
            }
        }
        return hops;
    }

    private static String forOf(String element) throws ProtocolException {
        String found = "";
        for (String pair : splitUnquoted(element, ';')) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (name.equals("for")) {
                if (!found.isEmpty()) {
                    throw unreadable();
                }
                found = unquoted(pair.substring(equals + 1).strip());
            }
        }
        return found;
    }

    /** An open quotation mark of the client's would swallow what the proxies have written after it. */
    private static List<String> splitUnquoted(String text, char separator) throws ProtocolException {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\\' && quoted) {
                i++;
            } else if (character == '"') {
                quoted = !quoted;
            } else if (character == separator && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        if (quoted) {
            throw unreadable();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static ProtocolException unreadable() {
        return new ProtocolException(Fault.BAD_FORWARDED, "expected a Forwarded header as RFC 7239 says");
    }

    /** An address, perhaps with a port, an IPv6 one then in brackets; null for anything else, such as "unknown". */
    static @Nullable InetSocketAddress address(String node) {
        boolean bracketed = node.startsWith("[");
        int hostEnd = bracketed ? node.indexOf(']') : node.indexOf(':');
        if (hostEnd < 0 || (!bracketed && node.indexOf(':', hostEnd + 1) >= 0)) {
            return of(node, 0);
        }
        String host = bracketed ? node.substring(1, hostEnd) : node.substring(0, hostEnd);
        String rest = node.substring(bracketed ? hostEnd + 1 : hostEnd);
        int port = rest.isEmpty() ? 0 : port(rest);
        return port < 0 ? null : of(host, port);
    }

    private static int port(String colonAndDigits) {
        if (!colonAndDigits.matches(":[0-9]{1,5}")) {
            return -1;
        }
        int port = Integer.parseInt(colonAndDigits.substring(1));
        return port <= MAX_PORT ? port : -1;
    }

    private static @Nullable InetSocketAddress of(String host, int port) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address == null ? null : new InetSocketAddress(address, port);
    }
}
