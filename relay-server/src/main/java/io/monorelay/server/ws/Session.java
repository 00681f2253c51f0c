package io.monorelay.server.ws;

import io.netty.buffer.ByteBuf;

/**
 * What is spoken on one WebSocket, by session level. Used on the event loop of the connection alone.
 */
sealed interface Session permits V1Session, V2Session {
    /** The connection is open. */
    void onOpen();

    /** A text message came; the array is the session's to keep. */
    void onText(byte[] text);

    /** Takes over a ready-made control frame that answers one of the peer's. */
    void onControlReply(ByteBuf frame);

    /** Everything that had come by now has been handed over. */
    void onReadComplete();

    /** One more second has gone by; returns false when the session has not become what it should by its deadline. */
    boolean isInTime(int secondsOpen);

    /** How often to ping, in seconds. */
    int pingIntervalSeconds();

    /** A close frame is about to be written: writes what is to go before it, without flushing. */
    void onClosing();

    /** The connection is closing; nothing more comes or goes. May be called twice. */
    void onClosed();
}
