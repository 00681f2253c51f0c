package io.monorelay.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A channel whose socket takes as many bytes as a test lets it, and keeps them. Everything before the socket is real. */
public final class ThrottledChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("peer", 0);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final ByteBuf taken = Unpooled.buffer();
    private long room = Long.MAX_VALUE;
    private boolean forgetting;
    private boolean broken;
    private boolean open = true;
    private LongConsumer onWrite = bytes -> {};

    private ThrottledChannel() {
        super(null);
    }

    /** A channel that is open on that loop. */
    public static ThrottledChannel open(ManualLoop loop, ByteBufAllocator allocator) {
        ThrottledChannel channel = new ThrottledChannel();
        channel.config.setAllocator(allocator);
        channel.config.setAutoRead(true);
        loop.eventLoop().register(channel);
        loop.run();
        return channel;
    }

    /** From now on the socket takes that many bytes, beginning with what waits. */
    public void giveRoom(long bytes) {
        room = bytes;
        ((ThrottledUnsafe) unsafe()).onWritable();
    }

    /** From now on the socket takes nothing. */
    public void stall() {
        room = 0;
    }

    /** From now on the socket takes everything, beginning with what waits. */
    public void unstall() {
        giveRoom(Long.MAX_VALUE);
    }

    public boolean isStalled() {
        return room == 0;
    }

    /** The next write fails, as when the other side has reset the connection. */
    public void breakDown() {
        broken = true;
    }

    /** Calls that with the number of bytes of each write, after it. */
    public void onWrite(LongConsumer listener) {
        onWrite = listener;
    }

    /** From now on what the socket takes is not kept. */
    public void forget() {
        forgetting = true;
    }

    /** What the socket took and nobody has read yet. */
    public ByteBuf taken() {
        return taken;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws IOException {
        if (broken) {
            throw new IOException("connection reset");
        }
        long written = 0;
        for (ByteBuf next = (ByteBuf) in.current(); next != null && room > 0; next = (ByteBuf) in.current()) {
            int bytes = (int) Math.min(room, next.readableBytes());
            if (!forgetting) {
                taken.writeBytes(next, next.readerIndex(), bytes);
            }
            in.removeBytes(bytes);
            room -= bytes;
            written += bytes;
        }
        if (written != 0) {
            onWrite.accept(written);
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new ThrottledUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return ADDRESS;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return ADDRESS;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doBeginRead() {
        // Nothing ever comes in by itself.
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    private final class ThrottledUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }

        void onWritable() {
            flush0();
        }
    }
}
