package io.monorelay.metrics;

/** What went through, in events. */
public enum Traffic {
    CONNECTIONS_ACCEPTED,
    CONNECTIONS_REFUSED,
    HTTP_REQUESTS,
    WEBSOCKETS_OPENED,
    WEBSOCKETS_CLOSED,
    STREAMS_OPENED,
    STREAMS_CLOSED,
    HANDSHAKES_V1,
    HANDSHAKES_V2,
    COUNTER_HANDSHAKES,
    /** One message written to one peer. */
    DELIVERIES,
    /** A peer began to be sent what the store has for it. */
    REPLAYS_STARTED,
    /** A peer that was sent what the store has came to the end of the log, and gets every message as it comes. */
    REPLAYS_FINISHED,
    /** A peer is not read for a while, since it has cost more than its budget. */
    PEERS_PAUSED,
    /** A page of what the store has came later, since the peer had not enough left of its budget. */
    PAGES_POSTPONED,
    /** One message from the store written to one peer; a delivery as well. */
    REPLAYED,
    /** One message from the store written to one peer that asked for it by its id. */
    FETCHED,
    /** A peer was too slow for what is kept in memory, and reads on from the store. */
    SLOW_PEERS_FALLEN_BEHIND,
    /** One message taken by one HTTP reference. */
    FORWARDED,
    /** The configuration was read again while the relay ran. */
    CONFIG_READ,
    /** The configuration was read again, had a mistake in it, and stayed as it was. */
    CONFIG_REFUSED
}
