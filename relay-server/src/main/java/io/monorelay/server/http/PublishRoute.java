package io.monorelay.server.http;

import io.monorelay.metrics.Counters;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.Receipt;
import io.monorelay.relay.Router;
import io.monorelay.server.admission.Budgets;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import java.util.concurrent.CompletionStage;

/**
 * Signs a text with this node's key and publishes it, for an application beside the node that has no key of its own. The
 * answer is that to any other publication. Any event loop.
 */
public final class PublishRoute {
    private final Router router;
    private final SiteGuard guard;
    private volatile boolean open;
    private final Budgets budgets;
    private final Counters<Fault> faults;

    /**
     * @param open whether whoever reaches this node may speak in its name
     */
    public PublishRoute(Router router, SiteGuard guard, boolean open, Budgets budgets, Counters<Fault> faults) {
        this.router = router;
        this.guard = guard;
        this.open = open;
        this.budgets = budgets;
        this.faults = faults;
    }

    /** From now on whoever reaches this node may speak in its name, or not. */
    public void use(boolean mayPublish) {
        open = mayPublish;
    }

    void publish(RequestTarget target, FullHttpRequest request, Responder to) throws ProtocolException {
        target.require(HttpMethod.POST);
        if (!open) {
            throw new ProtocolException(
                    Fault.PUBLISHING_CLOSED,
                    "this node signs for nobody else; expected a message with a signature at /broadcast (the setting"
                            + " publish.open opens this)");
        }
        guard.requireOwnSite(request, to);
        PublishRequest asked = PublishRequest.of(target, request);
        long wait = budgets.ofRequests(to.clientAddress())
                .tryPublish(request.content().readableBytes(), asked.receiver() == null);
        if (wait != 0) {
            faults.increment(Fault.OVER_BUDGET);
            to.send(HttpReply.overBudget(wait));
            return;
        }
        send(asked)
                .whenCompleteAsync(
                        (receipt, ended) ->
                                to.send(ended == null ? HttpReply.receipt(receipt) : HttpReply.unavailable("stopping")),
                        to.owner());
    }

    private CompletionStage<Receipt> send(PublishRequest asked) {
        NodeKey receiver = asked.receiver();
        return receiver == null ? router.sendToAll(asked.data()) : router.sendTo(receiver, asked.data());
    }
}
