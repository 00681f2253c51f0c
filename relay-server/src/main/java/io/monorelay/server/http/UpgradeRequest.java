package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A request to become a WebSocket (RFC 6455, section 4.2.1), checked.
 *
 * @param key the client's key, as it came
 * @param v2 whether the client asks for {@value #V2_PROTOCOL}
 */
public record UpgradeRequest(String key, boolean v2) {
    static final String V2_PROTOCOL = "monorelay.v2";

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    /** Whether the request wants to become a WebSocket at all. */
    static boolean isOne(HttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    /** Checks everything that the RFC asks of such a request. */
    static UpgradeRequest of(HttpRequest request) throws ProtocolException {
        HttpHeaders headers = request.headers();
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            throw new ProtocolException(Fault.BAD_UPGRADE, "expected \"Connection: Upgrade\"");
        }
        String version = headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
        if (!"13".equals(version)) {
            throw new ProtocolException(
                    Fault.WRONG_WEBSOCKET_VERSION, "expected Sec-WebSocket-Version 13, got " + version);
        }
        String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (key == null || !isKey(key.trim())) {
            throw new ProtocolException(
                    Fault.BAD_UPGRADE, "expected a Sec-WebSocket-Key of " + KEY_BYTES + " bytes in base64");
        }
        return new UpgradeRequest(key.trim(), asksForV2(headers));
    }

    static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean asksForV2(HttpHeaders headers) {
        return headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, V2_PROTOCOL, false);
    }

    /** The answer that makes the connection a WebSocket. */
    FullHttpResponse response() {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set("Upgrade", HttpHeaderValues.WEBSOCKET)
                .set("Connection", "Upgrade")
                .set("Sec-WebSocket-Accept", accept());
        if (v2) {
            response.headers().set("Sec-WebSocket-Protocol", V2_PROTOCOL);
        }
        return response;
    }

    /** The same as bytes, for a connection without HTTP handlers. */
    public byte[] rawResponse() {
        String protocol = v2 ? "Sec-WebSocket-Protocol: " + V2_PROTOCOL + "\r\n" : "";
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept() + "\r\n" + protocol + "\r\n")
                .getBytes(US_ASCII);
    }

    private String accept() {
        try {
            // SHA-1 is what RFC 6455 prescribes; nothing is secured by it.
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SUFFIX).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }
}
