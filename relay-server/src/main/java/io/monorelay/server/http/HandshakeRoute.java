package io.monorelay.server.http;

import io.monorelay.handshake.ProvenNode;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.MessagePath;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.handshake.Handshakes;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Handshakes of both versions over HTTP. Any event loop. */
public final class HandshakeRoute {
    private final InboundDecoder decoder;
    private final MessagePath path;
    private final Handshakes handshakes;
    private final AccessRules access;
    private final RelayMetrics metrics;

    public HandshakeRoute(
            InboundDecoder decoder, MessagePath path, Handshakes handshakes, AccessRules access, RelayMetrics metrics) {
        this.decoder = decoder;
        this.path = path;
        this.handshakes = handshakes;
        this.access = access;
        this.metrics = metrics;
    }

    FullHttpResponse answer(RequestTarget target, FullHttpRequest request, String remoteAddress)
            throws ProtocolException {
        target.require(HttpMethod.GET, HttpMethod.POST);
        byte[] answer = HttpMethod.GET.equals(target.method())
                ? HandshakeEncoder.hello(handshakes.openHttp())
                : respond(decoder.decode(ByteBufUtil.getBytes(request.content())), remoteAddress);
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
            access.check(node.key());
            metrics.traffic().increment(Traffic.HANDSHAKES_V2);
            return HandshakeEncoder.welcome(handshakes.welcome(node, path.lastPosition(), remoteAddress, null));
        }
        throw new ProtocolException(
                Fault.UNKNOWN_SHAPE, "expected {\"initiator\":…,\"message\":…} or {\"handshake\":…}");
    }
}
