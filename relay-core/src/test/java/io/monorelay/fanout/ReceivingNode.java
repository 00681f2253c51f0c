package io.monorelay.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.ManualLoop;
import io.monorelay.peer.Peer;
import io.monorelay.peer.ReceivedFrames;
import io.monorelay.peer.RecordedConnection;
import io.monorelay.peer.ThrottledChannel;
import io.monorelay.protocol.NodeKey;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.function.Function;

/** A node that is connected to a fan-out, and does what the sessions of a server do for it. */
final class ReceivingNode {
    final ThrottledChannel channel;
    final RecordedConnection connection;
    final Peer peer;
    final Subscriber subscriber;

    private final ManualLoop loop;
    private final LoopFanout fanout;
    private final ReceivedFrames received = new ReceivedFrames();

    private ReceivingNode(
            ManualLoop loop,
            LoopFanout fanout,
            FrameFormat format,
            ByteBufAllocator allocator,
            Function<Peer, Subscriber> place) {
        this.loop = loop;
        this.fanout = fanout;
        channel = ThrottledChannel.open(loop, allocator);
        connection = new RecordedConnection(channel);
        peer = new Peer(connection, format);
        subscriber = place.apply(peer);
        connection.onEnd(this::end);
    }

    static ReceivingNode join(ManualLoop loop, LoopFanout fanout, FrameFormat format, ByteBufAllocator allocator) {
        return new ReceivingNode(loop, fanout, format, allocator, fanout::join);
    }

    /** A node that has proven that key, and was away. */
    static ReceivingNode resume(
            ManualLoop loop, LoopFanout fanout, ByteBufAllocator allocator, NodeKey key, Resume resume) {
        ReceivingNode node =
                new ReceivingNode(loop, fanout, FrameFormat.V2, allocator, peer -> fanout.joinReplaying(peer, resume));
        node.prove(key);
        return node;
    }

    private void end() {
        fanout.leave(subscriber);
        peer.discardReplies();
    }

    /** Proves that key. */
    void prove(NodeKey key) {
        NodeKey before = peer.key();
        if (before != null) {
            fanout.unindex(before, subscriber);
        }
        peer.proven(key);
        fanout.index(key, subscriber);
    }

    /** Gets a reply to something that it sent. */
    void reply(String text) {
        peer.reply(text.getBytes(UTF_8));
        fanout.flushReplies(peer);
    }

    void disconnect() {
        channel.close();
        loop.run();
    }

    boolean isGone() {
        return connection.hasEnded();
    }

    /** All texts that it has received. */
    List<String> texts() {
        return received.read(channel.taken());
    }

    /** The code of the close frame that it has received, or 0. */
    int closeCode() {
        texts();
        return received.closeCode();
    }
}
