package io.monorelay.metrics;

/** What went through, in events. */
public enum Traffic {
    CONNECTIONS_ACCEPTED,
    CONNECTIONS_REFUSED,
    HTTP_REQUESTS,
    WEBSOCKETS_OPENED,
    WEBSOCKETS_CLOSED,
    HANDSHAKES_V1,
    HANDSHAKES_V2,
    COUNTER_HANDSHAKES,
    /** One message written to one peer. */
    DELIVERIES,
    /** One message taken by one HTTP reference. */
    FORWARDED
}
