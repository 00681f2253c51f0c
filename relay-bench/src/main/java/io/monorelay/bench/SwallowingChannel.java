package io.monorelay.bench;

import io.monorelay.peer.Connection;
import io.monorelay.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.ManualIoEventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A peer's channel with everything that belongs to one but a socket: what is flushed is gone, all of it at once. Nobody is
 * to close it.
 */
public final class SwallowingChannel extends AbstractChannel implements Connection {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final SocketAddress ADDRESS = InetSocketAddress.createUnresolved("nowhere", 0);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private boolean open = true;
    private long swallowedBytes;

    private SwallowingChannel() {
        super(null);
    }

    /** A new one on that loop, which is run for it. */
    public static SwallowingChannel on(ManualIoEventLoop loop) {
        SwallowingChannel channel = new SwallowingChannel();
        channel.unsafe().register(loop, channel.newPromise());
        loop.runNow();
        return channel;
    }

    /** How many bytes went out so far. */
    public long swallowedBytes() {
        return swallowedBytes;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        Object message = out.current();
        while (message != null) {
            swallowedBytes += ((ByteBuf) message).readableBytes();
            out.remove();
            message = out.current();
        }
    }

    @Override
    public Channel channel() {
        return this;
    }

    @Override
    public void close(CloseCode code, String reason) {
        throw new IllegalStateException("closed with " + code + ": " + reason);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("there is no socket"));
            }
        };
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
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("there is no socket");
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
        // Nothing will ever come in.
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
}
