package io.monorelay.metrics;

/** Why a connection was not accepted. */
public enum Refusal {
    /** A rule denies its address access. */
    ACCESS_DENIED,
    /** The relay has as many connections as it may have. */
    RELAY_FULL,
    /** The address has as many connections as one may have. */
    ADDRESS_FULL,
    /** The network of the address has as many connections as one may have. */
    NETWORK_FULL,
    /** Too many connections are coming, from everywhere together. */
    TOO_FAST,
    /** Too many connections are coming from the network of the address. */
    NETWORK_TOO_FAST,
    /** The system had no socket to give, as when descriptors have run out; one an attempt, after which they wait. */
    NOT_ACCEPTED
}
