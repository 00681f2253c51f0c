package io.monorelay.peer;

import io.monorelay.log.Origin;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node at the other end of a WebSocket, or the reader of an event stream. It belongs to the event loop of its channel: but for {@link #eventLoop},
 * its methods are called there alone.
 *
 * <p>Replies to what the peer sent are gathered, and go out together with the next messages for it. While the peer
 * does not take its replies, or waits for too many receipts of what it published, nothing more is read from it.
 */
public final class Peer implements Origin {
    /** How many bytes of replies may wait before reading from the peer stops. */
    static final int MAX_WAITING_REPLY_BYTES = 64 * 1024;

    /** How many receipts the peer may be owed before reading from it stops. */
    public static final int MAX_OWED_RECEIPTS = 256;

    private static final int FIRST_REPLY_CAPACITY = 256;

    private static final AtomicLong LAST_ID = new AtomicLong();

    // fixed after construction
    private final long id = nextId();
    private final Connection connection;
    private final Channel channel;

    // owned by the event loop
    private FrameFormat format;
    private @Nullable NodeKey key;
    private @Nullable ByteBuf replies;
    private long lastPublished;
    /** How much of what was written last was made for this peer alone. */
    private int ownBytes;

    private int owedReceipts;
    private boolean readingStopped;
    private boolean paused;
    private boolean left;

    public Peer(Connection connection, FrameFormat format) {
        this.connection = connection;
        this.channel = connection.channel();
        this.format = format;
    }

    /** A number for a connection that is no peer, and that no other of this process has. Any thread. */
    public static long nextId() {
        return LAST_ID.incrementAndGet();
    }

    /** A number that no other peer of this process has. Any thread. */
    @Override
    public long id() {
        return id;
    }

    public FrameFormat format() {
        return format;
    }

    /** The connection that it is at the other end of. */
    public Channel channel() {
        return channel;
    }

    /** Where memory for its frames comes from. */
    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    /** From now on it gets messages in that format; only before it takes part in the fan-out. */
    public void takes(FrameFormat wanted) {
        assert eventLoop().inEventLoop();
        format = wanted;
    }

    /** The loop that owns this peer. Any thread. */
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    /** The key that the peer has proven to hold, or whose messages it may read, or null. */
    public @Nullable NodeKey key() {
        return key;
    }

    /** Remembers the key, once it is proven; or at once, where the reader of an event stream needs no proof. */
    public void proven(NodeKey provenKey) {
        assert eventLoop().inEventLoop();
        key = provenKey;
    }

    /** Remembers that the message at that position came from this peer. */
    public void published(long position) {
        assert eventLoop().inEventLoop();
        lastPublished = position;
    }

    /** The position of the last message that came from this peer, or 0. */
    public long lastPublished() {
        return lastPublished;
    }

    /** Gathers a WebSocket's text frame; {@link #writeReplies} sends it. */
    public void reply(byte[] text) {
        ByteBuf waiting = waitingReplies();
        FrameWriter.writeText(waiting, text);
        stopOrReadOn();
    }

    /** Gathers a ready-made frame, and takes over the reference. */
    public void reply(ByteBuf frame) {
        ByteBuf waiting = waitingReplies();
        waiting.writeBytes(frame);
        frame.release();
        stopOrReadOn();
    }

    /** Gathers what tells of a gap; only where its format can state one. */
    public void replyGap(Inbound.Gap gap) {
        ByteBuf waiting = waitingReplies();
        format.writeGap(gap, waiting);
        stopOrReadOn();
    }

    private ByteBuf waitingReplies() {
        assert eventLoop().inEventLoop();
        ByteBuf waiting = replies;
        if (waiting == null) {
            waiting = channel.alloc().directBuffer(FIRST_REPLY_CAPACITY);
            replies = waiting;
        }
        return waiting;
    }

    /** The peer published something, and is owed the receipt. */
    public void oweReceipt() {
        assert eventLoop().inEventLoop();
        owedReceipts++;
        stopOrReadOn();
    }

    /** The peer was given one of the receipts that it was owed. */
    public void giveReceipt() {
        assert eventLoop().inEventLoop();
        owedReceipts--;
        stopOrReadOn();
    }

    /** Whether the peer waits for the receipt of something that it published. */
    public boolean isOwedReceipts() {
        return owedReceipts != 0;
    }

    /** Reads nothing from the peer, whatever else; or no longer not. */
    public void pauseReading(boolean pause) {
        assert eventLoop().inEventLoop();
        paused = pause && !left;
        stopOrReadOn();
    }

    /** The one place that decides whether the channel is read. */
    private void stopOrReadOn() {
        ByteBuf waiting = replies;
        boolean stop = paused
                || owedReceipts > MAX_OWED_RECEIPTS
                || (waiting != null && waiting.readableBytes() > MAX_WAITING_REPLY_BYTES);
        if (stop != readingStopped) {
            readingStopped = stop;
            channel.config().setAutoRead(!stop);
        }
    }

    public boolean hasReplies() {
        return replies != null;
    }

    /** Writes the gathered replies, without flushing, and reads on if that had stopped. */
    public void writeReplies() {
        ByteBuf waiting = replies;
        if (waiting == null) {
            return;
        }
        replies = null;
        countOwn(waiting);
        write(waiting);
        stopOrReadOn();
    }

    private void countOwn(ByteBuf frames) {
        int bytes = frames.readableBytes();
        ownBytes = isIdle() ? bytes : ownBytes + bytes;
    }

    /**
     * How many bytes are held for this peer alone: replies that wait, and of what has not gone to the socket what is shared
     * with nobody.
     *
     * @param copies whether the channel has what is shared as a copy of its own
     */
    public long heldBytes(boolean copies) {
        assert eventLoop().inEventLoop();
        ByteBuf waiting = replies;
        long pending = pendingBytes();
        return (waiting == null ? 0 : waiting.capacity()) + (copies ? pending : Math.min(pending, ownBytes));
    }

    /** Lets go of the replies that nobody will read any more, and reads on, to the end of the connection. */
    public void discardReplies() {
        ByteBuf waiting = replies;
        replies = null;
        if (waiting != null) {
            waiting.release();
        }
        owedReceipts = 0;
        paused = false;
        left = true;
        stopOrReadOn();
    }

    /** Whether the peer is still there; false from {@link #discardReplies} on, though the channel may live longer. */
    public boolean isOpen() {
        return !left;
    }

    /** Whether everything that was written so far has gone to the socket. */
    public boolean isIdle() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && outbound.totalPendingWriteBytes() == 0;
    }

    /** Whether more may be written to the channel though not everything has gone to the socket. */
    public boolean hasRoom() {
        return pendingBytes() <= MAX_WAITING_REPLY_BYTES;
    }

    private long pendingBytes() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }

    /** Tells the connection when something was found, or left, that has not gone to the socket. */
    public void noteUntaken() {
        if (!isIdle()) {
            connection.onUntaken(0);
        }
    }

    /** Writes ready-made frames, without flushing; takes over the reference. */
    public void write(ByteBuf frames) {
        assert eventLoop().inEventLoop();
        channel.write(frames, channel.voidPromise());
    }

    /**
     * Writes ready-made frames, and flushes; takes over the reference.
     *
     * @param onGone called once, on the event loop, when all of it has gone to the socket or the connection has failed
     */
    public void writeAndFlush(ByteBuf frames, ChannelFutureListener onGone) {
        assert eventLoop().inEventLoop();
        int bytes = frames.readableBytes();
        countOwn(frames);
        channel.writeAndFlush(frames).addListener(onGone);
        if (!isIdle()) {
            connection.onUntaken(bytes);
        }
    }

    public void flush() {
        channel.flush();
    }

    /** Pays for a page of history that it is to be sent; returns 0, or after how many ms it can have it. */
    public long payForPage() {
        assert eventLoop().inEventLoop();
        return connection.payForPage();
    }

    public void close(CloseCode code, String reason) {
        assert eventLoop().inEventLoop();
        connection.close(code, reason);
    }

    @Override
    public String toString() {
        return (key == null ? "unproven" : key) + "@" + connection.clientAddress();
    }
}
