package io.monorelay.websocket;

/**
 * Which side of a WebSocket connection this program is. It decides who masks: a client masks every frame, a server none
 * (RFC 6455, section 5.1).
 */
public enum Role {
    /** We are the server: what comes in must be masked. */
    SERVER,
    /** We are the client: what comes in must not be masked. */
    CLIENT
}
