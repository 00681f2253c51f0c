package io.monorelay.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.ManualLoop;
import io.monorelay.peer.Peer;
import io.monorelay.peer.ReceivedEvents;
import io.monorelay.peer.ReceivedFrames;
import io.monorelay.peer.RecordedConnection;
import io.monorelay.peer.ThrottledChannel;
import io.monorelay.protocol.NodeKey;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node that is connected to a fan-out, and does what the sessions of a server do for it. */
final class ReceivingNode {
    final ThrottledChannel channel;
    final RecordedConnection connection;
    final Peer peer;
    final Subscriber subscriber;

    private final ManualLoop loop;
    private final LoopFanout fanout;
    private final ReceivedFrames frames = new ReceivedFrames();
    private final ReceivedEvents events = new ReceivedEvents();

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

    /** The reader of an event stream, who may read what is for that key too, and perhaps goes on where it was. */
    static ReceivingNode stream(
            ManualLoop loop, LoopFanout fanout, ByteBufAllocator allocator, NodeKey key, @Nullable Resume resume) {
        return new ReceivingNode(loop, fanout, FrameFormat.EVENTS, allocator, peer -> {
            peer.proven(key);
            return resume == null ? fanout.join(peer) : fanout.joinReplaying(peer, resume);
        });
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
        fanout.flushReplies(subscriber);
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
        return peer.format() == FrameFormat.EVENTS ? events.read(channel.taken()) : frames.read(channel.taken());
    }

    /** The id of the last event that it has received. */
    String lastId() {
        texts();
        return events.lastId();
    }

    /** The code of the close frame that it has received, or 0. */
    int closeCode() {
        texts();
        return frames.closeCode();
    }
}
