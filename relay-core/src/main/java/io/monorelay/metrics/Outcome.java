package io.monorelay.metrics;

/** What became of a message that somebody published. */
public enum Outcome {
    /** New and valid: it is in the log. */
    ACCEPTED,
    /** Seen before: acknowledged and gone no further. */
    DUPLICATE,
    /** Not accepted; the faults say why. */
    REFUSED
}
