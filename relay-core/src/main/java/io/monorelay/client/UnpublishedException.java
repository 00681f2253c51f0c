package io.monorelay.client;

/** A message was not published. No relay is known to have it, though one may that was not heard from in time. */
public final class UnpublishedException extends Exception {
    /** Why not. */
    public enum Reason {
        /** As many messages as may wait are waiting for a relay. */
        QUEUE_FULL,
        /** No relay has acknowledged it for so long that none would take it now. */
        TOO_OLD,
        /** Every relay that did not refuse it wants this node to stay away. */
        NO_RELAY_LEFT,
        /** The client was closed. */
        CLOSED
    }

    private final Reason reason;

    UnpublishedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }
}
