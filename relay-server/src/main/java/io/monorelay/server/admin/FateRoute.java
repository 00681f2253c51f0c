package io.monorelay.server.admin;

import io.monorelay.fanout.LoopFanout;
import io.monorelay.log.Fate;
import io.monorelay.log.Fates;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.http.HttpReply;
import io.monorelay.server.http.RequestTarget;
import io.monorelay.server.http.Responder;
import io.monorelay.store.CommitMark;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.monorelay.store.StoredMessage;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code GET /messages/{id}/fate}: what became of a message of late, or whether an older one is stored. */
public final class FateRoute {
    private static final String STORED = "stored";

    private final Fates fates;
    private final CommitMark mark;
    private final StoreReaders readers;
    private final Map<EventLoop, LoopFanout> fanouts;

    /**
     * @param fanouts of all event loops, which are asked for what they have not said yet
     */
    public FateRoute(Fates fates, CommitMark mark, StoreReaders readers, Map<EventLoop, LoopFanout> fanouts) {
        this.fates = fates;
        this.mark = mark;
        this.readers = readers;
        this.fanouts = fanouts;
    }

    void show(RequestTarget target, String hex, Responder to) throws ProtocolException {
        target.require(HttpMethod.GET);
        MessageId id = idOf(hex);
        CompletableFuture<?>[] accounts = fanouts.entrySet().stream()
                .map(loop -> CompletableFuture.runAsync(loop.getValue()::account, loop.getKey()))
                .toArray(CompletableFuture<?>[]::new);
        // What a loop that has ended does not say any more is not waited for.
        CompletableFuture.allOf(accounts).whenCompleteAsync((all, failure) -> answer(id, to), to.owner());
    }

    private static MessageId idOf(String hex) throws ProtocolException {
        try {
            return MessageId.parse(hex);
        } catch (IllegalArgumentException notAnId) {
            throw new ProtocolException(
                    Fault.BAD_PARAMETER,
                    "expected an id of " + MessageId.HEX_DIGITS + " hex digits, got \"" + RequestTarget.shown(hex)
                            + "\"");
        }
    }

    private void answer(MessageId id, Responder to) {
        Fate fate = fates.of(id);
        if (fate == null) {
            askTheStore(id, to);
        } else {
            to.send(Json.of(HttpResponseStatus.OK, members(fate)));
        }
    }

    private Map<String, Object> members(Fate fate) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", fate.id().toString());
        members.put("verdict", fate.refused().isEmpty() ? "accepted" : "refused");
        fate.refused().ifPresent(fault -> members.put("fault", fault.name().toLowerCase(Locale.ROOT)));
        members.put("time", fate.time().toString());
        members.put("sender", fate.sender().toString());
        members.put("from_peer", fate.from() == 0 ? null : fate.from());
        if (fate.refused().isEmpty()) {
            members.put("position", fate.position());
            members.put("sent", fate.sent());
            members.put("late", fate.late());
            members.put("late_peers", fate.named());
            members.put("came_again", fate.again());
            members.put(STORED, fate.position() <= mark.position());
        }
        return members;
    }

    private void askTheStore(MessageId id, Responder to) {
        readers.ask(store -> store.find(id), to.owner(), new StoreReaders.Answer<@Nullable StoredMessage>() {
            @Override
            public void onAnswer(@Nullable StoredMessage found) {
                if (found == null) {
                    to.send(HttpReply.fault(Fault.NO_SUCH_MESSAGE, "neither stored nor among the messages of late"));
                } else {
                    to.send(Json.of(HttpResponseStatus.OK, older(id, found)));
                }
            }

            @Override
            public void onFailure(StoreException failure) {
                to.send(HttpReply.retryLater(Fault.STORE_UNAVAILABLE, "the store cannot be read now; try again"));
            }
        });
    }

    private static Map<String, Object> older(MessageId id, StoredMessage found) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id.toString());
        members.put("verdict", "accepted");
        members.put("position", found.position());
        members.put(STORED, true);
        return members;
    }
}
