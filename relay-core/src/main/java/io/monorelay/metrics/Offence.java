package io.monorelay.metrics;

/** What another node did wrong towards this one, by its own doing: nobody can do it in its name. */
public enum Offence {
    /** It answered a call with what is no HTTP, or acknowledged another message than the one that it was sent. */
    INVALID_ANSWER,
    /** It called a message of this node's own invalid. */
    OWN_MESSAGE_REFUSED,
    /** The node at its address proved another key than the one that the address is known by. */
    WRONG_KEY,
    /** Connected and with its key proven, it sent what is no valid message. */
    INVALID_MESSAGE
}
