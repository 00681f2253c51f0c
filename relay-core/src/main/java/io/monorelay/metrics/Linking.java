package io.monorelay.metrics;

/** What happens on the links that this node keeps to relays. */
public enum Linking {
    /** Links that were opened. */
    OPENED,
    /** Links that had been open and ended. */
    ENDED,
    /** Attempts to open a link that failed. */
    NOT_OPENED,
    /** Messages that came over a link and were new. */
    RECEIVED,
    /** Messages that came over a link and were here already. */
    RECEIVED_DUPLICATE,
    /** Messages that came over a link and were not accepted, for good. */
    RECEIVED_REFUSED,
    /** Messages of which a link brought no more than the id. */
    ANNOUNCED,
    /** Messages that were announced, had not come from elsewhere by the deadline, and were asked for. */
    FETCHED,
    /** Messages that were announced, and that the relay had no more when they were asked for. */
    FETCHED_IN_VAIN,
    /** Messages that came over a link and have to wait, because the log is full or the store cannot be asked. */
    RECEIVED_DELAYED,
    /** Times at which a relay said that some messages are not coming. */
    GAPS,
    /** Messages that a relay has acknowledged and had not had. */
    FED,
    /** Messages that were not fed to a relay because they had come from it. */
    NOT_FED_BACK,
    /** Messages that a relay did not accept, for good. */
    FED_REFUSED,
    /** Messages that a relay wants to be given again later. */
    FED_DELAYED,
    /** Times at which the store had removed messages before they were fed to a relay. */
    REMOVED_BEFORE_FED
}
