package io.monorelay.server.http;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.MessagePath;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.server.admission.Budget;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Cost;
import io.monorelay.store.CommitQueue;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;

/** Publishes a message, and answers when it is durable. Any event loop. */
public final class BroadcastRoute {
    private final InboundDecoder decoder;
    private final MessagePath path;
    private final Budgets budgets;

    public BroadcastRoute(InboundDecoder decoder, MessagePath path, Budgets budgets) {
        this.decoder = decoder;
        this.path = path;
        this.budgets = budgets;
    }

    void publish(RequestTarget target, FullHttpRequest request, Responder to) throws ProtocolException {
        target.require(HttpMethod.POST);
        if (!(decoder.decode(ByteBufUtil.getBytes(request.content())) instanceof Inbound.Publish publish)) {
            throw new ProtocolException(
                    Fault.UNKNOWN_SHAPE, "expected {\"message\":…,\"signature\":…}, got something else");
        }
        Budget budget = budgets.ofRequests(to.clientAddress());
        HttpPublisher publisher = new HttpPublisher(to, budget);
        long wait = budget.tryPay(Cost.deposit(publish.message().membersLength()));
        if (wait == 0) {
            path.publish(publish.message(), publisher);
        } else {
            path.turnAway(publish.message(), Fault.OVER_BUDGET, HttpReply.OVER_BUDGET, wait, publisher);
        }
    }

    /** Whoever sent the request. */
    private record HttpPublisher(Responder to, Budget budget) implements Publisher {
        @Override
        public Origin origin() {
            return Origin.NONE;
        }

        @Override
        public CommitQueue commits() {
            return to.commits();
        }

        /** It is not delivered to where it came from, since that is no WebSocket. */
        @Override
        public void onAppended(FreshMessage message) {
            budget.onAppended(message.message());
        }

        @Override
        public void onReceipt(Receipt receipt) {
            budget.onReceipt(receipt);
            to.send(HttpReply.receipt(receipt));
        }
    }
}
