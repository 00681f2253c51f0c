package io.monorelay.server.http;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Cost;
import io.monorelay.store.CommitMark;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.monorelay.store.StoredMessage;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out what is stored and for everybody, read and written down off the event loop. What is addressed to one node
 * never is among it, nor what is not durable yet. Any event loop.
 */
public final class HistoryRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryRoutes.class);

    private final StoreReaders readers;
    private final CommitMark mark;
    private final Budgets budgets;
    private final RelayMetrics metrics;

    public HistoryRoutes(StoreReaders readers, CommitMark mark, Budgets budgets, RelayMetrics metrics) {
        this.readers = readers;
        this.mark = mark;
        this.budgets = budgets;
        this.metrics = metrics;
    }

    /** {@code GET /messages}. */
    void page(RequestTarget target, Responder to) throws ProtocolException {
        target.require(HttpMethod.GET);
        PageRequest asked = PageRequest.of(target.parameters());
        long durable = mark.position();
        if (asked.after() >= durable) {
            to.send(HttpReply.json(HttpResponseStatus.OK, HistoryBody.nothingAfter(asked.after())));
            return;
        }
        HistoryQuery query = asked.upTo(durable);
        ask(store -> ok(HistoryBody.of(store.read(query), query.after())), to);
    }

    /** {@code GET /messages/{id}}. */
    void message(RequestTarget target, String hex, Responder to) throws ProtocolException {
        target.require(HttpMethod.GET);
        MessageId id = id(hex);
        ask(store -> one(store, id), to);
    }

    private static MessageId id(String hex) throws ProtocolException {
        try {
            return MessageId.parse(hex);
        } catch (IllegalArgumentException none) {
            throw new ProtocolException(
                    Fault.BAD_PARAMETER,
                    "expected a message id of " + MessageId.HEX_DIGITS + " hex digits, got \""
                            + RequestTarget.shown(hex) + "\"");
        }
    }

    /** To a stranger, a message that is for somebody else is one that does not exist. */
    private FullHttpResponse one(MessageStore store, MessageId id) throws StoreException {
        StoredMessage message = store.find(id);
        if (message == null || message.receiver() != null || message.position() > mark.position()) {
            metrics.faults().increment(Fault.NO_SUCH_MESSAGE);
            return HttpReply.fault(Fault.NO_SUCH_MESSAGE, "there is no broadcast with this id here");
        }
        return ok(HistoryBody.of(message));
    }

    private static FullHttpResponse ok(ByteBuf body) {
        return HttpReply.json(HttpResponseStatus.OK, body);
    }

    private void ask(StoreReaders.Question<FullHttpResponse> question, Responder to) {
        readers.ask(question, to.owner(), new StoreReaders.Answer<>() {
            @Override
            public void onAnswer(FullHttpResponse response) {
                budgets.ofRequests(to.clientAddress())
                        .pay(Cost.ofAnswer(response.content().readableBytes()));
                to.send(response);
            }

            @Override
            public void onFailure(StoreException failure) {
                LOG.debug("history cannot be read: {}", failure.getMessage());
                metrics.faults().increment(Fault.STORE_UNAVAILABLE);
                to.send(HttpReply.retryLater(Fault.STORE_UNAVAILABLE, "the store cannot be read now; try again"));
            }
        });
    }
}
