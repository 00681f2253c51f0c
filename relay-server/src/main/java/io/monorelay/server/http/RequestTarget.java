package io.monorelay.server.http;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a request asks for.
 *
 * @param path decoded, without the query
 * @param parameters of the query, decoded, in order
 */
public record RequestTarget(HttpMethod method, String path, Map<String, List<String>> parameters) {
    private static final int MAX_SHOWN_CHARS = 64;

    /** What a request asks for. */
    public static RequestTarget of(HttpRequest request) throws ProtocolException {
        try {
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            return new RequestTarget(request.method(), target.path(), target.parameters());
        } catch (IllegalArgumentException malformed) {
            throw new ProtocolException(Fault.BAD_HTTP_REQUEST, "malformed request target: " + malformed.getMessage());
        }
    }

    /** Refuses every method but these. */
    public void require(HttpMethod... allowed) throws ProtocolException {
        if (!Arrays.asList(allowed).contains(method)) {
            String expected = Arrays.stream(allowed).map(HttpMethod::name).collect(Collectors.joining(" or "));
            throw new ProtocolException(
                    Fault.NO_SUCH_METHOD, "method " + method + " not allowed here, expected " + expected);
        }
    }

    /** What a client sent, as it can be given back to it: short and printable. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(MAX_SHOWN_CHARS)
                .forEach(character -> shown.append(character < ' ' || character > '~' ? '?' : (char) character));
        return shown + (text.codePointCount(0, text.length()) > MAX_SHOWN_CHARS ? "…" : "");
    }
}
