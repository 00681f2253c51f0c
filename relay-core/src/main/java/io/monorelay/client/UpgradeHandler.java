package io.monorelay.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.websocket.PermessageDeflate;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.util.ReferenceCountUtil;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Asks a relay for a WebSocket of protocol {@value #PROTOCOL} (RFC 6455, section 4.1) and checks its answer. */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {
    static final String PROTOCOL = "monorelay.v2";

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LinkSession session;
    private final String key;

    // owned by the event loop
    private boolean compressed;

    UpgradeHandler(LinkSession session) {
        this.session = session;
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
    }

    /** What a server answers to a {@code Sec-WebSocket-Key}. */
    static String acceptFor(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SUFFIX).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(request()).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object part) {
        try {
            if (part instanceof HttpResponse response) {
                check(ctx, response);
            }
            if (part instanceof LastHttpContent && ctx.channel().isOpen()) {
                ClientPipeline.upgraded(ctx.pipeline(), session, compressed);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, "the connection was closed before the upgrade was answered", Next.RECONNECT_WITH_BACK_OFF, null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        fail(ctx, describe(reason), Next.RECONNECT_WITH_BACK_OFF, reason);
    }

    private static String describe(Throwable reason) {
        if (reason instanceof NotSslRecordException) {
            return "the relay does not speak TLS at this address";
        }
        if (reason instanceof ProxyConnectException) {
            return "the proxy does not connect to the relay: " + reason.getMessage();
        }
        return (reason instanceof SSLException ? "TLS failed: " : "the upgrade failed: ") + reason.getMessage();
    }

    private FullHttpRequest request() {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, session.address().target());
        request.headers()
                .set(HttpHeaderNames.HOST, session.address().authority())
                .set(HttpHeaderNames.UPGRADE, "websocket")
                .set(HttpHeaderNames.CONNECTION, "Upgrade")
                .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key)
                .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
        if (asksForCompression()) {
            request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, PermessageDeflate.TERMS);
        }
        return request;
    }

    private boolean asksForCompression() {
        return session.node().options().compression();
    }

    private void check(ChannelHandlerContext ctx, HttpResponse response) {
        compressed = response.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        String wrong = wrongWith(response);
        if (wrong != null) {
            fail(ctx, wrong, isTemporary(response.status()) ? Next.RECONNECT_WITH_BACK_OFF : Next.STAY_AWAY, null);
        }
    }

    private static boolean isTemporary(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.SERVER_ERROR
                || status.equals(HttpResponseStatus.TOO_MANY_REQUESTS);
    }

    private @Nullable String wrongWith(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            return "the relay answered something that is not HTTP/1.1";
        }
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return "the relay answered " + response.status() + " instead of 101 Switching Protocols";
        }
        HttpHeaders headers = response.headers();
        if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            return "the relay answered 101, but does not say that it upgrades to websocket";
        }
        List<String> extensions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        if (!extensions.isEmpty() && !isAsExpected(String.join(",", extensions))) {
            return "the relay uses the extension \"" + String.join(",", extensions) + "\", which was not asked for";
        }
        return wrongWithProof(headers);
    }

    private boolean isAsExpected(String extensions) {
        return asksForCompression() && PermessageDeflate.isAgreement(extensions);
    }

    private @Nullable String wrongWithProof(HttpHeaders headers) {
        String accept = headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        if (!acceptFor(key).equals(accept)) {
            return "the relay answered Sec-WebSocket-Accept \"" + accept + "\" instead of \"" + acceptFor(key) + "\"";
        }
        String protocol = headers.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (!PROTOCOL.equals(protocol)) {
            String got = protocol == null ? "none, as an original node does" : "\"" + protocol + "\"";
            return "the relay agreed to the protocol " + got + ", instead of \"" + PROTOCOL + "\"";
        }
        return null;
    }

    private void fail(ChannelHandlerContext ctx, String what, Next next, @Nullable Throwable cause) {
        session.onFailed(what, next, cause);
        ctx.close();
    }
}
