package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.relay.Receipt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Arrays;

/** Builds the answers to HTTP requests. */
public final class HttpReply {
    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";

    static final String OVER_BUDGET = "this costs more than the relay does for one network; try again later";

    private static final long RETRY_AFTER_MILLIS = 1000;

    private HttpReply() {}

    /** An answer in JSON. */
    public static FullHttpResponse json(HttpResponseStatus status, byte[] body) {
        return of(status, JSON, body);
    }

    static FullHttpResponse json(HttpResponseStatus status, ByteBuf body) {
        return of(status, JSON, body);
    }

    /** An answer of that content type. */
    public static FullHttpResponse text(String type, String body) {
        return of(HttpResponseStatus.OK, type, body.getBytes(UTF_8));
    }

    static FullHttpResponse html(String page) {
        FullHttpResponse response = of(HttpResponseStatus.OK, HTML, page.getBytes(UTF_8));
        response.headers()
                .set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                .set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT);
        return response;
    }

    /** An answer that says what was wrong. */
    public static FullHttpResponse fault(Fault fault, String info) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(fault.status());
        FullHttpResponse response = json(status, ReplyEncoder.refusal(fault, info, null, null));
        if (fault == Fault.WRONG_WEBSOCKET_VERSION) {
            response.headers()
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
                    .set(HttpHeaderNames.UPGRADE, "websocket");
        }
        if (fault == Fault.UNAUTHORIZED) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        return response;
    }

    /** What became of a message that the client wanted to publish. */
    static FullHttpResponse receipt(Receipt receipt) {
        return switch (receipt) {
            case Receipt.Acknowledged acknowledged ->
                json(HttpResponseStatus.OK, ReplyEncoder.success(acknowledged.toSuccess()));
            case Receipt.Refused refused -> refusal(refused.toRefusal());
        };
    }

    /** A refusal with its code as the status, and when to try again, if that helps. */
    static FullHttpResponse refusal(Inbound.Refusal refusal) {
        FullHttpResponse response = json(HttpResponseStatus.valueOf(refusal.code()), ReplyEncoder.refusal(refusal));
        Long retryAfterMillis = refusal.retryAfterMillis();
        if (retryAfterMillis != null) {
            long seconds = Math.ceilDiv(retryAfterMillis, 1000L);
            response.headers().set(HttpHeaderNames.RETRY_AFTER, seconds);
        }
        return response;
    }

    /** More is asked from one network than the relay does for it. */
    static FullHttpResponse overBudget(long retryAfterMillis) {
        Fault fault = Fault.OVER_BUDGET;
        return refusal(new Inbound.Refusal(fault.status(), OVER_BUDGET, null, retryAfterMillis));
    }

    /** A fault that is likely to be over when the client tries again. */
    public static FullHttpResponse retryLater(Fault fault, String info) {
        return refusal(new Inbound.Refusal(fault.status(), info, null, RETRY_AFTER_MILLIS));
    }

    /** This node should get no requests now. */
    static FullHttpResponse unavailable(String why) {
        return refusal(new Inbound.Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE.code(), why, null, null));
    }

    /** A whole answer as bytes, for a connection without the handlers of HTTP; it announces the end of the connection. */
    public static byte[] raw(Fault fault, String info) {
        byte[] body = ReplyEncoder.refusal(fault, info, null, null);
        String head = "HTTP/1.1 " + HttpResponseStatus.valueOf(fault.status()) + "\r\nContent-Type: " + JSON
                + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        byte[] answer = Arrays.copyOf(head.getBytes(US_ASCII), head.length() + body.length);
        System.arraycopy(body, 0, answer, head.length(), body.length);
        return answer;
    }

    private static FullHttpResponse of(HttpResponseStatus status, String type, byte[] body) {
        return of(status, type, Unpooled.wrappedBuffer(body));
    }

    private static FullHttpResponse of(HttpResponseStatus status, String type, ByteBuf body) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        return response;
    }
}
