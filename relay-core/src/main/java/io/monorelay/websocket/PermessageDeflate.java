package io.monorelay.websocket;

import io.monorelay.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Agreeing on compression: the extension {@code permessage-deflate} (RFC 7692, section 7.1), always without context
 * takeover in either direction, so that a message is compressed by itself, once for everybody, and nothing is kept for
 * a connection.
 */
public final class PermessageDeflate {
    /** What a client offers, and what a server agrees to. */
    public static final String TERMS = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    private static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

    private static final int LEAST_WINDOW_BITS = 8;

    /** The one window that the JDK's compressor has; what it reads may have any. */
    private static final int WINDOW_BITS = 15;

    private PermessageDeflate() {}

    /**
     * What a server answers to a client's {@code Sec-WebSocket-Extensions}: the terms of the first offer that it can
     * keep, or null for no extension.
     *
     * @param header its lines joined by commas
     * @throws ProtocolException if the header is malformed
     */
    public static @Nullable String answerTo(String header) throws ProtocolException {
        for (ExtensionOffer offer : ExtensionOffer.parse(header)) {
            if (isAcceptable(offer)) {
                return answerTo(offer);
            }
        }
        return null;
    }

    private static String answerTo(ExtensionOffer accepted) {
        boolean asksForWindow =
                accepted.parameters().stream().anyMatch(each -> each.name().equals(SERVER_MAX_WINDOW_BITS));
        return asksForWindow ? TERMS + "; " + SERVER_MAX_WINDOW_BITS + "=" + WINDOW_BITS : TERMS;
    }

    private static boolean isAcceptable(ExtensionOffer offer) {
        return offer.name().equals(NAME)
                && !offer.repeatsParameters()
                && offer.parameters().stream().allMatch(PermessageDeflate::isAcceptable);
    }

    private static boolean isAcceptable(ExtensionOffer.Parameter parameter) {
        return switch (parameter.name()) {
            case SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER -> !parameter.hasValue();
            case SERVER_MAX_WINDOW_BITS -> parameter.isBetween(WINDOW_BITS, WINDOW_BITS);
            case CLIENT_MAX_WINDOW_BITS -> !parameter.hasValue() || parameter.isBetween(LEAST_WINDOW_BITS, WINDOW_BITS);
            default -> false;
        };
    }

    /**
     * Whether a server's {@code Sec-WebSocket-Extensions} agrees to {@link #TERMS}, as it must when there is one.
     *
     * @param header its lines joined by commas
     */
    public static boolean isAgreement(String header) {
        try {
            List<ExtensionOffer> agreed = ExtensionOffer.parse(header);
            return agreed.size() == 1 && isAgreement(agreed.getFirst());
        } catch (ProtocolException malformed) {
            return false;
        }
    }

    private static boolean isAgreement(ExtensionOffer agreed) {
        return agreed.name().equals(NAME)
                && !agreed.repeatsParameters()
                && agreed.parameters().contains(new ExtensionOffer.Parameter(SERVER_NO_CONTEXT_TAKEOVER, ""))
                && agreed.parameters().stream().allMatch(PermessageDeflate::isPartOfAgreement);
    }

    private static boolean isPartOfAgreement(ExtensionOffer.Parameter parameter) {
        return switch (parameter.name()) {
            case SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER -> !parameter.hasValue();
            case SERVER_MAX_WINDOW_BITS -> parameter.isBetween(LEAST_WINDOW_BITS, WINDOW_BITS);
            default -> false;
        };
    }
}
