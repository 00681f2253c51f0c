package io.monorelay.refs;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses this node calls because a stranger named them. Without it, a stranger could make the relay send
 * requests into the network that it stands in (server-side request forgery, CWE-918).
 *
 * <p>It has two halves: {@link #parse} looks at the text, and {@link #check} at each address that the host's name
 * resolves to. Who calls must connect to an address that was checked, and not look the name up again.
 *
 * <p>Pure; any thread.
 */
public final class AddressPolicy {
    private static final String EXPECTED = "expected http://host[:port] or https://host[:port]";

    private final boolean allowPrivate;

    /**
     * @param allowPrivate whether private, loopback, link-local and other special addresses of single machines are
     *     called too
     */
    public AddressPolicy(boolean allowPrivate) {
        this.allowPrivate = allowPrivate;
    }

    /**
     * Reads a reference: http or https, a host, perhaps a port from 1 to 65535 and a path, and nothing else.
     *
     * @return the reference with scheme and host in lower case, without the scheme's own port and without a final slash
     * @throws ProtocolException REFERENCE_NOT_ALLOWED if it is anything else, or its host is the literal of an address
     *     that is not called
     */
    public URI parse(String reference) throws ProtocolException {
        URI uri = normalised(reference);
        byte[] literal = AddressBlocks.literal(hostOf(uri));
        if (literal != null) {
            check(uri, literal);
        }
        return uri;
    }

    /**
     * Looks at an address that the reference's host resolves to.
     *
     * @throws ProtocolException REFERENCE_NOT_ALLOWED if it is not called
     */
    public void check(URI reference, InetAddress resolved) throws ProtocolException {
        check(reference, resolved.getAddress());
    }

    /** The host of a reference, an IPv6 literal without its brackets. */
    public static String hostOf(URI reference) {
        String host = reference.getHost();
        if (host == null) {
            throw new IllegalArgumentException("the reference \"" + reference + "\" has no host");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port of a reference: its own, or else that of its scheme. */
    public static int portOf(URI reference) {
        return reference.getPort() == -1 ? defaultPort(reference.getScheme()) : reference.getPort();
    }

    private static URI normalised(String reference) throws ProtocolException {
        try {
            URI uri = new URI(reference);
            String scheme = schemeOf(uri, reference);
            requireHostAlone(uri, reference);
            requireNameOrAddress(uri.getHost(), reference);
            int port = uri.getPort() == defaultPort(scheme) ? -1 : uri.getPort();
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            String authority = port == -1 ? host : host + ":" + port;
            return withoutFinalSlash(new URI(scheme + "://" + authority + uri.getRawPath()).normalize());
        } catch (URISyntaxException notAnAddress) {
            throw refused(reference, "is no URI");
        }
    }

    private static String schemeOf(URI uri, String reference) throws ProtocolException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refused(reference, "has the scheme \"" + scheme + "\"");
        }
        return scheme;
    }

    private static void requireHostAlone(URI uri, String reference) throws ProtocolException {
        if (uri.getHost() == null) {
            throw refused(reference, "has no host");
        }
        if (uri.getRawUserInfo() != null) {
            throw refused(reference, "has a user");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refused(reference, "has a query or a fragment");
        }
        boolean namesPort = uri.getRawAuthority().length() > uri.getHost().length();
        if (namesPort && (uri.getPort() < 1 || uri.getPort() > 65_535)) {
            throw refused(reference, "has no port from 1 to 65535");
        }
    }

    /** Some resolvers take 2130706433 or 0x7f.1 for an IPv4 address; no name ends in a label that starts with a digit. */
    private static void requireNameOrAddress(String host, String reference) throws ProtocolException {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        char first = name.charAt(name.lastIndexOf('.') + 1);
        if (first >= '0' && first <= '9' && AddressBlocks.literal(host) == null) {
            throw refused(reference, "has a host that is neither a name nor an address");
        }
    }

    private static URI withoutFinalSlash(URI uri) {
        String text = uri.toASCIIString();
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private void check(URI reference, byte[] address) throws ProtocolException {
        @Nullable String kind = allowPrivate ? AddressBlocks.neverCalled(address) : AddressBlocks.notPublic(address);
        if (kind != null) {
            throw new ProtocolException(
                    Fault.REFERENCE_NOT_ALLOWED,
                    "the reference \"" + reference + "\" is at " + kind + ", expected a public address");
        }
    }

    private static ProtocolException refused(String reference, String what) {
        return new ProtocolException(
                Fault.REFERENCE_NOT_ALLOWED, "the reference \"" + reference + "\" " + what + ", " + EXPECTED);
    }
}
