package io.monorelay.server.http;

import io.monorelay.protocol.ProtocolException;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which part of the log the reader of an event stream asks for: what comes, or everything after a position. A reader that
 * comes back says in a header what it had last, and that counts more than the parameter, which is that of its first request.
 *
 * @param after empty for what comes from now on
 */
public record StreamRequest(OptionalLong after) {
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    static StreamRequest of(RequestTarget target, HttpRequest request) throws ProtocolException {
        OptionalLong after = OptionalLong.empty();
        for (Map.Entry<String, List<String>> parameter : target.parameters().entrySet()) {
            String name = parameter.getKey();
            if (!name.equals("after")) {
                throw Parameters.unknown(name, "after");
            }
            after = position(name, Parameters.single(name, parameter.getValue()));
        }
        String lastId = request.headers().get(LAST_EVENT_ID, "");
        return new StreamRequest(lastId.isEmpty() ? after : position(LAST_EVENT_ID, lastId));
    }

    private static OptionalLong position(String name, String value) throws ProtocolException {
        return OptionalLong.of(Parameters.number(name, value, 0, Long.MAX_VALUE));
    }
}
