package io.monorelay.server.http;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pages of web sites from using a node through the browser of whoever visits them. A browser says where a page
 * is from (Fetch Metadata; the {@code Origin} of RFC 6454); one that has been led here under a name of the site's own, by
 * what is called DNS rebinding, still says that name as the host. Programs say none of it and are not affected. Any thread.
 */
public final class SiteGuard {
    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final String LOCAL_NAME = "localhost";

    private final Set<String> names;

    /**
     * @param publicAddresses what this node is called
     */
    public SiteGuard(List<URI> publicAddresses) {
        names = publicAddresses.stream()
                .map(URI::getHost)
                .map(SiteGuard::withoutBrackets)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Refuses what a page of another site has sent. */
    public void requireOwnSite(HttpRequest request, Responder from) throws ProtocolException {
        HttpHeaders headers = request.headers();
        for (String site : headers.getAll(FETCH_SITE)) {
            if (!OWN_SITE.contains(site)) {
                throw crossSite(FETCH_SITE + ": " + RequestTarget.shown(site));
            }
        }
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        requireOwnName(headers, from.isLocal() || !origins.isEmpty());
        for (String origin : origins) {
            if (!authority(origin).equalsIgnoreCase(headers.get(HttpHeaderNames.HOST))) {
                throw crossSite("Origin: " + RequestTarget.shown(origin));
            }
        }
    }

    /** Refuses, on a connection within this machine, what is meant for a host of another name. */
    void requireOwnName(HttpRequest request, Responder from) throws ProtocolException {
        requireOwnName(request.headers(), from.isLocal());
    }

    private void requireOwnName(HttpHeaders headers, boolean required) throws ProtocolException {
        if (!required) {
            return;
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        String name = hosts.size() == 1 ? hostname(hosts.getFirst()) : null;
        if (name == null || !isOwn(name)) {
            throw new ProtocolException(
                    Fault.CROSS_SITE,
                    "expected a Host that is an address, " + LOCAL_NAME + " or one of node.public-addresses, got "
                            + RequestTarget.shown(hosts.toString()));
        }
    }

    private boolean isOwn(String name) {
        return name.equals(LOCAL_NAME)
                || names.contains(name)
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name);
    }

    /** The name in {@code name[:port]}, in lower case and without brackets. */
    private static @Nullable String hostname(String host) {
        try {
            String name = new URI("http://" + host).getHost();
            return name == null ? null : withoutBrackets(name.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException notAHost) {
            return null;
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String authority(String origin) {
        int start = origin.indexOf("://");
        return start < 0 ? "" : origin.substring(start + 3);
    }

    private static ProtocolException crossSite(String got) {
        return new ProtocolException(
                Fault.CROSS_SITE, "pages of other sites may not use this; expected no or this site's own, got " + got);
    }
}
