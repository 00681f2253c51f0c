package io.monorelay.server.ws;

import io.monorelay.protocol.Inbound;

/**
 * What is spoken on one WebSocket, by session level. Used on the event loop of the connection alone.
 */
sealed interface Session permits V1Session, V2Session {
    /** The peer's part in the relay, which is the same at both levels. */
    Participant participant();

    /** The connection is open. */
    void onOpen();

    /** A text message came; the array is the session's to keep. */
    void onText(byte[] text);

    /** Tells the peer that it should go elsewhere; returns whether there is a way to tell it. */
    boolean askToMove(Inbound.Drain drain);

    /** One more second has gone by; returns false when the session has not become what it should by its deadline. */
    boolean isInTime(int secondsOpen);

    /** How often to ping, in seconds. */
    int pingIntervalSeconds();
}
