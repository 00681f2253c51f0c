package io.monorelay.log;

import io.monorelay.crypto.VerifiedMessage;

/**
 * A verified message whose id was not seen before, with its place in the order of this relay. Only {@link SeenCache}
 * makes one, and {@link MessageLog} takes nothing else, so that no message can be relayed twice or unverified.
 */
public final class FreshMessage {
    private final VerifiedMessage message;
    private final long position;
    private final Origin origin;

    FreshMessage(VerifiedMessage message, long position, Origin origin) {
        this.message = message;
        this.position = position;
        this.origin = origin;
    }

    public VerifiedMessage message() {
        return message;
    }

    /** The place of the message in the total order of this relay, from 1, rising; some positions stay empty. */
    public long position() {
        return position;
    }

    public Origin origin() {
        return origin;
    }
}
