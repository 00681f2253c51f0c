package io.monorelay.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.http.HttpReply;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bodies of requests and answers. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static FullHttpResponse of(HttpResponseStatus status, Map<String, ?> members) {
        return HttpReply.json(status, MAPPER.writeValueAsBytes(members));
    }

    /** The object in the body of a request. */
    static JsonNode read(FullHttpRequest request) throws ProtocolException {
        try {
            JsonNode body = MAPPER.readTree(request.content().toString(UTF_8));
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException malformed) {
            throw new ProtocolException(
                    Fault.MALFORMED_JSON, "expected a JSON object: " + malformed.getOriginalMessage());
        }
        throw new ProtocolException(Fault.MALFORMED_JSON, "expected a JSON object");
    }
}
