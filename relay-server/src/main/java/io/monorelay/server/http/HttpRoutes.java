package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.handshake.ProvenNode;
import io.monorelay.log.Origin;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Receipt;
import io.monorelay.server.handshake.Handshakes;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Set;

/** What each path answers. Any event loop. */
public final class HttpRoutes {
    private static final Set<String> UPGRADE_PATHS = Set.of("/", "/ws");
    private static final byte[] UP = "{\"status\":\"up\"}".getBytes(US_ASCII);

    private final NodePage page;
    private final Readiness readiness;
    private final InboundDecoder decoder;
    private final MessagePath path;
    private final Handshakes handshakes;
    private final RelayMetrics metrics;

    public HttpRoutes(
            NodePage page,
            Readiness readiness,
            InboundDecoder decoder,
            MessagePath path,
            Handshakes handshakes,
            RelayMetrics metrics) {
        this.page = page;
        this.readiness = readiness;
        this.decoder = decoder;
        this.path = path;
        this.handshakes = handshakes;
        this.metrics = metrics;
    }

    void checkUpgradePath(FullHttpRequest request) throws ProtocolException {
        String requested = pathOf(request);
        if (!UPGRADE_PATHS.contains(requested)) {
            throw new ProtocolException(
                    Fault.NO_SUCH_PATH, "no WebSocket at " + requested + ", expected one of " + UPGRADE_PATHS);
        }
        requireMethod(request, HttpMethod.GET);
    }

    FullHttpResponse answer(FullHttpRequest request, String remoteAddress) throws ProtocolException {
        return switch (pathOf(request)) {
            case "/" -> index(request);
            case "/ws" -> throw new ProtocolException(Fault.BAD_UPGRADE, "expected a WebSocket upgrade at /ws");
            case "/handshake" -> handshake(request, remoteAddress);
            case "/broadcast" -> broadcast(request);
            case "/health/live" -> live(request);
            case "/health/ready" -> ready(request);
            default ->
                throw new ProtocolException(
                        Fault.NO_SUCH_PATH,
                        "no such path; expected one of /, /ws, /handshake, /broadcast, /health/live, /health/ready");
        };
    }

    private static String pathOf(FullHttpRequest request) throws ProtocolException {
        try {
            return new QueryStringDecoder(request.uri()).path();
        } catch (IllegalArgumentException malformed) {
            throw new ProtocolException(Fault.BAD_HTTP_REQUEST, "malformed request target: " + malformed.getMessage());
        }
    }

    private static void requireMethod(FullHttpRequest request, HttpMethod... allowed) throws ProtocolException {
        for (HttpMethod method : allowed) {
            if (method.equals(request.method())) {
                return;
            }
        }
        throw new ProtocolException(
                Fault.NO_SUCH_METHOD,
                "method " + request.method() + " not allowed here, expected " + String.join(" or ", names(allowed)));
    }

    private static String[] names(HttpMethod... methods) {
        String[] names = new String[methods.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = methods[i].name();
        }
        return names;
    }

    private FullHttpResponse index(FullHttpRequest request) throws ProtocolException {
        requireMethod(request, HttpMethod.GET);
        String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
        return accept.contains("text/html")
                ? HttpReply.html(page.html())
                : HttpReply.json(HttpResponseStatus.OK, page.json());
    }

    private FullHttpResponse live(FullHttpRequest request) throws ProtocolException {
        requireMethod(request, HttpMethod.GET);
        return HttpReply.json(HttpResponseStatus.OK, UP);
    }

    private FullHttpResponse ready(FullHttpRequest request) throws ProtocolException {
        requireMethod(request, HttpMethod.GET);
        return readiness.isReady()
                ? HttpReply.json(HttpResponseStatus.OK, UP)
                : HttpReply.json(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        ReplyEncoder.refusal(new Inbound.Refusal(503, readiness.reason(), null, null)));
    }

    private FullHttpResponse broadcast(FullHttpRequest request) throws ProtocolException {
        requireMethod(request, HttpMethod.POST);
        if (!(decode(request) instanceof Inbound.Publish publish)) {
            throw new ProtocolException(
                    Fault.UNKNOWN_SHAPE, "expected {\"message\":…,\"signature\":…}, got something else");
        }
        return switch (path.publish(publish.message(), Origin.NONE)) {
            case Receipt.Acknowledged acknowledged ->
                HttpReply.json(HttpResponseStatus.OK, ReplyEncoder.success(acknowledged.toSuccess()));
            case Receipt.Refused refused -> refused(refused);
        };
    }

    private static FullHttpResponse refused(Receipt.Refused refused) {
        FullHttpResponse response = HttpReply.json(
                HttpResponseStatus.valueOf(refused.fault().status()), ReplyEncoder.refusal(refused.toRefusal()));
        if (refused.retryAfterMillis() > 0) {
            long seconds = Math.ceilDiv(refused.retryAfterMillis(), 1000L);
            response.headers().set(HttpHeaderNames.RETRY_AFTER, seconds);
        }
        return response;
    }

    private FullHttpResponse handshake(FullHttpRequest request, String remoteAddress) throws ProtocolException {
        requireMethod(request, HttpMethod.GET, HttpMethod.POST);
        byte[] answer = HttpMethod.GET.equals(request.method())
                ? HandshakeEncoder.hello(handshakes.openHttp())
                : respond(decode(request), remoteAddress);
        return HttpReply.json(HttpResponseStatus.OK, answer);
    }

    private byte[] respond(Inbound inbound, String remoteAddress) throws ProtocolException {
        if (inbound instanceof Inbound.HandshakeRequestV1 request) {
            byte[] response = HandshakeEncoder.response(handshakes.respond(request));
            metrics.traffic().increment(Traffic.HANDSHAKES_V1);
            return response;
        }
        if (inbound instanceof Inbound.HandshakeV2 handshake) {
            ProvenNode node = handshakes.acceptHttp(handshake);
            metrics.traffic().increment(Traffic.HANDSHAKES_V2);
            return HandshakeEncoder.welcome(handshakes.welcome(node, path.lastPosition(), remoteAddress));
        }
        throw new ProtocolException(
                Fault.UNKNOWN_SHAPE, "expected {\"initiator\":…,\"message\":…} or {\"handshake\":…}");
    }

    private Inbound decode(FullHttpRequest request) throws ProtocolException {
        return decoder.decode(ByteBufUtil.getBytes(request.content()));
    }
}
