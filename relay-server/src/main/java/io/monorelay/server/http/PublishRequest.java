package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.Utf8Validator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A text that an application wants this node to sign and publish: as it is, or in JSON.
 *
 * @param receiver null for everybody
 */
record PublishRequest(@Nullable NodeKey receiver, String data) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** As it is, and as a quoted string (RFC 9110, section 5.6.4). */
    private static final Set<String> UTF_8_NAMES = Set.of("utf-8", "\"utf-8\"");

    private static final String RECEIVER = "receiver";
    private static final String EXPECTED = "expected {\"data\":\"…\"} or {\"data\":\"…\",\"receiver\":\"KEY\"}";

    static PublishRequest of(RequestTarget target, FullHttpRequest request) throws ProtocolException {
        boolean isJson = isJson(request);
        byte[] body = ByteBufUtil.getBytes(request.content());
        if (!Utf8Validator.isValid(body, 0, body.length)) {
            throw new ProtocolException(Fault.INVALID_UTF8, "expected a body in UTF-8");
        }
        PublishRequest asked = isJson
                ? json(target, body)
                : new PublishRequest(receiver(target.parameters()), new String(body, UTF_8));
        asked.check();
        return asked;
    }

    /** What the form of a page is sent as is neither of the two. */
    private static boolean isJson(FullHttpRequest request) throws ProtocolException {
        CharSequence type = HttpUtil.getMimeType(request);
        CharSequence charset = HttpUtil.getCharsetAsSequence(request);
        boolean isJson = AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.APPLICATION_JSON, type);
        boolean isText = type == null || AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.TEXT_PLAIN, type);
        boolean isUtf8 = charset == null
                || UTF_8_NAMES.contains(AsciiString.of(charset).toLowerCase().toString());
        if ((isJson || isText) && isUtf8) {
            return isJson;
        }
        throw new ProtocolException(
                Fault.UNSUPPORTED_TYPE,
                "expected Content-Type text/plain or application/json, in UTF-8, got "
                        + RequestTarget.shown(request.headers().get(HttpHeaderNames.CONTENT_TYPE)));
    }

    private static @Nullable NodeKey receiver(Map<String, List<String>> parameters) throws ProtocolException {
        NodeKey receiver = null;
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (!name.equals(RECEIVER)) {
                throw Parameters.unknown(name, RECEIVER);
            }
            receiver = Parameters.key(name, Parameters.single(name, parameter.getValue()));
        }
        return receiver;
    }

    private static PublishRequest json(RequestTarget target, byte[] body) throws ProtocolException {
        for (String name : target.parameters().keySet()) {
            throw Parameters.unknown(name, "none beside a body in JSON");
        }
        NodeKey receiver = null;
        String data = null;
        for (Map.Entry<String, JsonNode> member : parsed(body).properties()) {
            switch (member.getKey()) {
                case "data" -> data = text(member);
                case RECEIVER -> receiver = member.getValue().isNull() ? null : Parameters.key(RECEIVER, text(member));
                default -> throw unexpected("\"" + RequestTarget.shown(member.getKey()) + "\"");
            }
        }
        if (data == null) {
            throw new ProtocolException(Fault.MISSING_FIELD, EXPECTED + ", got no \"data\"");
        }
        return new PublishRequest(receiver, data);
    }

    private static JsonNode parsed(byte[] body) throws ProtocolException {
        try {
            JsonNode parsed = JSON.readTree(body);
            if (!parsed.isObject()) {
                throw unexpected("no object");
            }
            return parsed;
        } catch (JacksonException malformed) {
            throw new ProtocolException(Fault.MALFORMED_JSON, EXPECTED + ": " + malformed.getOriginalMessage());
        }
    }

    private static String text(Map.Entry<String, JsonNode> member) throws ProtocolException {
        if (!member.getValue().isString()) {
            throw new ProtocolException(Fault.WRONG_TYPE, "field \"" + member.getKey() + "\": expected a string");
        }
        return member.getValue().stringValue();
    }

    private static ProtocolException unexpected(String got) {
        return new ProtocolException(Fault.UNKNOWN_SHAPE, EXPECTED + ", got " + got);
    }

    /** What no message can carry is refused before it is signed. */
    private void check() throws ProtocolException {
        if (data.indexOf('\0') >= 0) {
            throw new ProtocolException(Fault.NUL_IN_TEXT, "expected a text without NUL");
        }
        if (!UTF_8.newEncoder().canEncode(data)) {
            throw new ProtocolException(Fault.INVALID_UTF8, "expected a text without half of a surrogate pair");
        }
    }
}
