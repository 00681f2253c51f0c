package io.monorelay.metrics;

/** What the store has done, and what it could not do. */
public enum Storage {
    /** Messages that were stored; those that the store had before are not among them. */
    STORED,
    /** Groups of messages that were stored, each as a whole. */
    COMMITS,
    /** Messages that the store had already, and the relay had forgotten. */
    DUPLICATES_FOUND,
    /** Messages that were removed because they were too old or too many. */
    REMOVED,
    /** Whatever was asked of the store and failed; it is tried again. */
    FAILURES
}
