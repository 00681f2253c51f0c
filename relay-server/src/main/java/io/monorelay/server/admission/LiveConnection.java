package io.monorelay.server.admission;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.channel.Live;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** A connection as it was when somebody looked. Immutable; any thread. */
public final class LiveConnection {
    private final Live live;
    private final long id;
    private final InetSocketAddress address;
    private final Optional<NodeKey> key;
    private final Live.Protocol protocol;
    private final Instant since;

    /** Looks at a connection, on its event loop. */
    LiveConnection(Live live, Instant now) {
        this.live = live;
        id = live.id();
        address = ClientAddress.of(live.channel());
        key = Optional.ofNullable(live.key());
        protocol = live.protocol();
        since = now.minusSeconds(live.secondsOpen());
    }

    /** A number that no other connection of this process has. */
    public long id() {
        return id;
    }

    /** Where the client is, as far as the relay knows. */
    public InetSocketAddress address() {
        return address;
    }

    /** The key that the other side had proven to hold. */
    public Optional<NodeKey> key() {
        return key;
    }

    public Live.Protocol protocol() {
        return protocol;
    }

    /** Since when it speaks that, to the second. */
    public Instant since() {
        return since;
    }

    /** Tells the other side why, where that is possible, and closes the connection, soon; does nothing if it has ended. */
    public void close(CloseCode code, String reason) {
        EventLoop loop = live.channel().eventLoop();
        try {
            loop.execute(() -> live.close(code, reason));
        } catch (RejectedExecutionException ended) {
            // The loop has ended, and all its connections with it.
        }
    }
}
