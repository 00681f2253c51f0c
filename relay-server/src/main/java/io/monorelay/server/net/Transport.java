package io.monorelay.server.net;

import io.monorelay.server.config.RelayConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/** The way to the operating system's sockets: what event loops and channels are made of. */
public enum Transport {
    EPOLL("epoll", EpollServerSocketChannel.class, EpollSocketChannel.class) {
        @Override
        @Nullable
        Throwable whyUnavailable() {
            return Epoll.unavailabilityCause();
        }

        @Override
        public IoHandlerFactory handlerFactory() {
            return EpollIoHandler.newFactory();
        }
    },
    IO_URING("io_uring", IoUringServerSocketChannel.class, IoUringSocketChannel.class) {
        @Override
        @Nullable
        Throwable whyUnavailable() {
            return IoUring.unavailabilityCause();
        }

        @Override
        public IoHandlerFactory handlerFactory() {
            return IoUringIoHandler.newFactory();
        }
    },
    NIO("nio", NioServerSocketChannel.class, NioSocketChannel.class) {
        @Override
        @Nullable
        Throwable whyUnavailable() {
            return null;
        }

        @Override
        public IoHandlerFactory handlerFactory() {
            return NioIoHandler.newFactory();
        }
    };

    /** TCP_NOTSENT_LOWAT of Linux, tcp(7). */
    static final ChannelOption<Integer> UNSENT_LIMIT = new IntegerUnixChannelOption("TCP_NOTSENT_LOWAT", 6, 25);

    /** TCP_USER_TIMEOUT of Linux, tcp(7): in ms, how long what was sent may stay unacknowledged, or not be taken. */
    static final ChannelOption<Integer> USER_TIMEOUT = new IntegerUnixChannelOption("TCP_USER_TIMEOUT", 6, 18);

    private final String text;
    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends SocketChannel> clientChannel;

    Transport(
            String text,
            Class<? extends ServerSocketChannel> serverChannel,
            Class<? extends SocketChannel> clientChannel) {
        this.text = text;
        this.serverChannel = serverChannel;
        this.clientChannel = clientChannel;
    }

    /** Why this machine does not have it; null when it does. */
    abstract @Nullable Throwable whyUnavailable();

    public abstract IoHandlerFactory handlerFactory();

    public Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    public Class<? extends SocketChannel> clientChannel() {
        return clientChannel;
    }

    /**
     * A server whose connections take no more than that many bytes which they cannot send yet: those of a peer that reads
     * slowly are to be where they are shared, not in a socket of its own. What is on its way is not limited. Where the
     * system has no such limit, nothing is changed.
     */
    public ServerBootstrap server(int unsentBytes) {
        // Accepted sockets have it from the one that listens, at no system call of their own.
        ServerBootstrap server = new ServerBootstrap().channel(serverChannel);
        return this == NIO ? server : server.option(UNSENT_LIMIT, unsentBytes);
    }

    /**
     * What is configured; automatically, epoll where there is one and NIO elsewhere.
     *
     * @throws IllegalArgumentException when this machine does not have what is asked for; the message says why
     */
    public static Transport choose(RelayConfig.Transport configured) {
        return switch (configured) {
            case AUTO -> EPOLL.whyUnavailable() == null ? EPOLL : NIO;
            case EPOLL -> available(EPOLL);
            case NIO -> NIO;
            case IO_URING -> available(IO_URING);
        };
    }

    private static Transport available(Transport wanted) {
        Throwable cause = wanted.whyUnavailable();
        if (cause != null) {
            throw new IllegalArgumentException("network.transport is " + wanted + ", which this machine does not have: "
                    + cause.getMessage() + "; expected auto or nio");
        }
        return wanted;
    }

    @Override
    public String toString() {
        return text;
    }
}
