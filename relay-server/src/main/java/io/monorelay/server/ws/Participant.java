package io.monorelay.server.ws;

import io.monorelay.fanout.Subscriber;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.SocketReference;
import org.jspecify.annotations.Nullable;

/**
 * A peer's part in the relay: its place in the fan-out, and under its key, once that is proven, in the index, the
 * directory and the references. Owned by the event loop of the connection.
 */
final class Participant {
    private final LoopContext context;
    private final Peer peer;
    private @Nullable Subscriber place;

    Participant(LoopContext context, Peer peer) {
        this.context = context;
        this.peer = peer;
    }

    /** From now on the peer gets what is published. */
    void join() {
        place = context.fanout().join(peer);
    }

    boolean hasJoined() {
        return place != null;
    }

    /** From now on the peer also gets what is addressed to that key, which it has proven to hold. */
    void proven(NodeKey key) {
        Subscriber subscriber = place;
        if (subscriber == null || key.equals(peer.key())) {
            return;
        }
        forgetKey(subscriber);
        peer.proven(key);
        context.fanout().index(key, subscriber);
        context.directory().claim(key, peer);
        context.references().connected(new SocketReference(key, peer.id()));
    }

    /** The peer takes part no longer. */
    void leave() {
        Subscriber subscriber = place;
        place = null;
        if (subscriber != null) {
            forgetKey(subscriber);
            context.fanout().leave(subscriber);
        }
        peer.discardReplies();
    }

    private void forgetKey(Subscriber subscriber) {
        NodeKey key = peer.key();
        if (key != null) {
            context.fanout().unindex(key, subscriber);
            context.directory().release(key, peer);
            context.references().disconnected(new SocketReference(key, peer.id()));
        }
    }
}
