package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.admission.Cost;
import io.monorelay.websocket.PermessageDeflate;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to become a WebSocket (RFC 6455, section 4.2.1), checked.
 *
 * @param key the client's key, as it came
 * @param v2 whether the client asks for {@value #V2_PROTOCOL}
 * @param extension what is answered to what the client offers for compression, or null where it offers none that is
 *     possible, or gets none
 */
public record UpgradeRequest(
        String key, boolean v2, @Nullable String extension) {
    static final String V2_PROTOCOL = "monorelay.v2";

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    /** A request without compression. */
    UpgradeRequest(String key, boolean v2) {
        this(key, v2, null);
    }

    /** The same request, granted without compression. */
    public UpgradeRequest withoutExtension() {
        return extension == null ? this : new UpgradeRequest(key, v2);
    }

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
        return new UpgradeRequest(key.trim(), asksForV2(headers), extension(headers));
    }

    static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static @Nullable String extension(HttpHeaders headers) throws ProtocolException {
        List<String> lines = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        return lines.isEmpty() ? null : PermessageDeflate.answerTo(String.join(",", lines));
    }

    /** Whether the client asks for a session of level 2. */
    static boolean asksForV2(HttpHeaders headers) {
        return headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, V2_PROTOCOL, false);
    }

    /** What it costs to grant it, in ns; a v2 WebSocket comes with one handshake. */
    public long cost() {
        return v2 ? Cost.CONNECTION + Cost.HANDSHAKE : Cost.CONNECTION;
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
        if (extension != null) {
            response.headers().set("Sec-WebSocket-Extensions", extension);
        }
        return response;
    }

    /** The same as bytes, for a connection without HTTP handlers. */
    public byte[] rawResponse() {
        String protocol = v2 ? "Sec-WebSocket-Protocol: " + V2_PROTOCOL + "\r\n" : "";
        String extensions = extension == null ? "" : "Sec-WebSocket-Extensions: " + extension + "\r\n";
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept() + "\r\n" + protocol + extensions + "\r\n")
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
