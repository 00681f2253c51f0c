package io.monorelay.metrics;

/** An accepted message, or a run of them, that did not reach somebody it was meant for, and why. */
public enum Drop {
    /** A v2 peer or an event stream fell off the end of what is kept for slow peers, and is told of the gap. */
    SLOW_PEER_SKIPPED,
    /** A peer fell off the end of what is kept for slow peers, and is closed. */
    SLOW_PEER_CLOSED,
    /** A connection held most of what others have yet to take when that was more than the budget for all, and is closed. */
    OUTBOUND_MEMORY,
    /** A peer wanted messages that the store has removed since, and is told of the gap or closed. */
    REMOVED_BEFORE_REPLAY,
    /** A message in compact form was not sent to a v1 peer, which could not verify it. */
    COMPACT_FORM_FOR_V1,
    /** The queue of an HTTP reference was full. */
    FORWARD_QUEUE_FULL,
    /** An HTTP reference was not tried, because it failed several times in a row a short while ago. */
    FORWARD_PAUSED,
    /** An HTTP reference was not tried, because it is avoided for what it did. */
    FORWARD_AVOIDED,
    /** An HTTP reference could not be reached or did not take the message. */
    FORWARD_FAILED,
    /** A reference asked for a counter-handshake while too many were waiting. */
    COUNTER_HANDSHAKE_QUEUE_FULL
}
