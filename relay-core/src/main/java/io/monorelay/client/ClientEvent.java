package io.monorelay.client;

/** What a {@link RelayClient} counts. */
public enum ClientEvent {
    /** Messages that were given to the listener. */
    RECEIVED,
    /** Messages that came again, and were not given. */
    RECEIVED_AGAIN,
    /** Publications that the first relay acknowledged. */
    PUBLISHED,
    /** Publications that every relay refused. */
    REFUSED,
    /** Publications that failed with an {@link UnpublishedException}. */
    UNPUBLISHED,
    /** Messages that some relay has, and that are kept no longer for another that was away. */
    NOT_KEPT_FOR_A_RELAY
}
