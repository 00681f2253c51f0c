package io.monorelay.bench.load;

/** What happens in a run, each with a counter. */
enum Event {
    /** A message of an open loop was to be sent. */
    DUE,
    /** A message went out for the first time. */
    PUBLISHED,
    ACCEPTED,
    /** The relay did not take a message; it is not sent again. */
    REFUSED,
    /** A receiver got a message that it had not got before. */
    DELIVERED,
    /** The same, but a later one of the same publisher came before. */
    OUT_OF_ORDER,
    REPEATED,
    /** A node that came back got what it had published itself, as the protocol has it for one that resumes. */
    ECHOED,
    /** A message that is not of this run. */
    FOREIGN,
    /** The relay said that some messages are not coming. */
    GAPS,
    /** A node got what it could not read. */
    UNREADABLE,
    /** A link ended that was not to end. */
    LINKS_LOST,
    LINKS_NOT_OPENED,
    /** A node left, as it was told, to come back. */
    LEAVES,
    /** A message was due, and none was signed yet. */
    NOT_SIGNED_IN_TIME,
    /** In the end a node could not close its link. */
    NOT_LEFT
}
