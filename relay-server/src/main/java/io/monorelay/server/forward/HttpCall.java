package io.monorelay.server.forward;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;

/**
 * One request to another node. The names of its headers are in title case and its type is {@code text/plain}, as an
 * original node wants them.
 *
 * @param path below the address of the node, with a slash before it
 * @param keepsAlive whether the connection may be kept for the next call
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
record HttpCall(HttpMethod method, String path, byte[] body, boolean keepsAlive) {
    private static final byte[] NOTHING = {};

    static HttpCall get(String path) {
        return new HttpCall(HttpMethod.GET, path, NOTHING, true);
    }

    /** The body belongs to the call from now on. */
    static HttpCall post(String path, byte[] body) {
        return new HttpCall(HttpMethod.POST, path, body, true);
    }

    /** The same call on a connection of its own, which is the only kind that an original node knows. */
    HttpCall closing() {
        return new HttpCall(method, path, body, false);
    }

    /** The request to the node at that address. */
    FullHttpRequest requestTo(URI reference) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, method, reference.getRawPath() + path, Unpooled.wrappedBuffer(body));
        request.headers()
                .set("Host", reference.getRawAuthority())
                .set("User-Agent", "monorelay")
                .set("Content-Type", "text/plain")
                .set("Content-Length", body.length)
                .set("Connection", keepsAlive ? "keep-alive" : "close");
        return request;
    }
}
