package io.monorelay.server.ws;

import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ReplyEncoder;
import io.monorelay.server.admission.Cost;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import io.monorelay.store.StoredMessage;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one peer fetches by their ids: read from the store some at a time, and the next only when those have
 * gone out. Each is owed like a receipt, which bounds how many are waited for. Owned by the event loop of the connection.
 */
final class Fetches {
    /** No more messages are read at a time from so many bytes on. */
    private static final int PAGE_BYTES = 64 * 1024;

    private static final long RETRY_MILLIS = 1000;

    /** What the store has under an id: null for nothing. */
    private record Found(MessageId id, @Nullable StoredMessage message) {}

    // fixed after construction
    private final LoopContext context;
    private final Peer peer;
    private final Participant participant;

    // owned by the event loop
    private final ArrayDeque<MessageId> waiting = new ArrayDeque<>(0);
    private boolean asking;

    Fetches(LoopContext context, Peer peer, Participant participant) {
        this.context = context;
        this.peer = peer;
        this.participant = participant;
    }

    /** The peer wants these. */
    void add(List<MessageId> ids) {
        participant.spending().payFor(ids.size() * Cost.LOOKUP);
        for (MessageId id : ids) {
            peer.oweReceipt();
            waiting.addLast(id);
        }
        if (!asking) {
            asking = true;
            // What was announced to the peer may have yet to reach the store.
            context.commits().await(context.fanout().position(), this::ask);
        }
    }

    private void ask() {
        if (!participant.hasJoined()) {
            return;
        }
        List<MessageId> ids = waiting.stream().limit(Limits.MAX_FETCH_IDS).toList();
        context.readers().ask(store -> find(ids, store), peer.eventLoop(), new StoreReaders.Answer<>() {
            @Override
            public void onAnswer(List<Found> found) {
                send(found);
            }

            @Override
            public void onFailure(StoreException failure) {
                refuseAll();
            }
        });
    }

    private static List<Found> find(List<MessageId> ids, MessageStore store) throws StoreException {
        List<Found> found = new ArrayList<>(ids.size());
        int bytes = 0;
        for (MessageId id : ids) {
            if (bytes < PAGE_BYTES) {
                StoredMessage message = store.find(id);
                found.add(new Found(id, message));
                bytes += message == null ? 0 : message.members().length;
            }
        }
        return found;
    }

    private void send(List<Found> found) {
        if (!participant.hasJoined()) {
            return;
        }
        ByteBuf frames = peer.alloc().directBuffer(lengthOf(found));
        for (Found each : found) {
            waiting.removeFirst();
            write(each, frames);
        }
        peer.writeReplies();
        peer.writeAndFlush(frames, gone -> onGone(found.size()));
    }

    private static int lengthOf(List<Found> found) {
        int bytes = 0;
        for (Found each : found) {
            StoredMessage message = each.message();
            bytes += FrameFormat.V2.maxFrameLength(message == null ? 0 : message.members().length);
        }
        return bytes;
    }

    private void write(Found found, ByteBuf out) {
        StoredMessage message = found.message();
        if (message != null && isForPeer(message)) {
            FrameFormat.V2.write(message, out);
            context.metrics().traffic().increment(Traffic.FETCHED);
        } else {
            context.metrics().faults().increment(Fault.NO_SUCH_MESSAGE);
            FrameWriter.writeText(
                    out,
                    ReplyEncoder.refusal(Fault.NO_SUCH_MESSAGE, "there is no such message here", found.id(), null));
        }
    }

    private boolean isForPeer(StoredMessage message) {
        NodeKey receiver = message.receiver();
        return receiver == null
                || receiver.equals(peer.key())
                || message.sender().equals(peer.key());
    }

    private void onGone(int count) {
        for (int i = 0; i < count && participant.hasJoined(); i++) {
            participant.onAnswered();
        }
        askForMore();
    }

    private void askForMore() {
        if (waiting.isEmpty()) {
            asking = false;
        } else {
            ask();
        }
    }

    private void refuseAll() {
        asking = false;
        while (participant.hasJoined() && !waiting.isEmpty()) {
            context.metrics().faults().increment(Fault.STORE_UNAVAILABLE);
            peer.reply(ReplyEncoder.refusal(
                    Fault.STORE_UNAVAILABLE,
                    "the store cannot be read now; try again",
                    waiting.removeFirst(),
                    RETRY_MILLIS));
            participant.onAnswered();
        }
    }
}
