package io.monorelay.peer;

import io.monorelay.protocol.CloseCode;
import io.netty.channel.Channel;

/** An open WebSocket, whichever side dialled it, or an event stream. Used on the event loop of its channel alone. */
public interface Connection {
    Channel channel();

    /** Where the other side is, for people. */
    default String clientAddress() {
        return String.valueOf(channel().remoteAddress());
    }

    /**
     * The other side has not taken everything that was sent to it.
     *
     * @param bytes how many of those are new and its alone
     */
    default void onUntaken(int bytes) {}

    /**
     * Pays for a page of history that the other side is about to be sent.
     *
     * @return 0 when it is paid, otherwise in how many ms it could be
     */
    default long payForPage() {
        return 0;
    }

    /** Tells the other side why, and closes. What was written before goes out first, within a short grace time. */
    void close(CloseCode code, String reason);
}
