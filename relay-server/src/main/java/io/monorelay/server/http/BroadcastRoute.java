package io.monorelay.server.http;

import io.monorelay.log.Origin;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.store.CommitQueue;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;

/** Publishes a message, and answers when it is durable. Any event loop. */
public final class BroadcastRoute {
    private final InboundDecoder decoder;
    private final MessagePath path;

    public BroadcastRoute(InboundDecoder decoder, MessagePath path) {
        this.decoder = decoder;
        this.path = path;
    }

    void publish(RequestTarget target, FullHttpRequest request, Responder to) throws ProtocolException {
        target.require(HttpMethod.POST);
        if (!(decoder.decode(ByteBufUtil.getBytes(request.content())) instanceof Inbound.Publish publish)) {
            throw new ProtocolException(
                    Fault.UNKNOWN_SHAPE, "expected {\"message\":…,\"signature\":…}, got something else");
        }
        path.publish(publish.message(), new HttpPublisher(to));
    }

    /** Whoever sent the request. */
    private record HttpPublisher(Responder to) implements Publisher {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public CommitQueue commits() {
            return to.commits();
        }

        /** Nothing to do: it is not delivered to where it came from, since that is no WebSocket. */
        @Override
        public void onAppended(long position) {}

        @Override
        public void onReceipt(Receipt receipt) {
            to.send(HttpReply.receipt(receipt));
        }
    }
}
