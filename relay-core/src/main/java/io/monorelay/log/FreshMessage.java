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
    private long storedAt;

    FreshMessage(VerifiedMessage message, long position, Origin origin) {
        this.message = message;
        this.position = position;
        this.origin = origin;
        this.storedAt = position;
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

    /**
     * Notes that the store had the message before, at that position. Called by the writer of the store alone, before it
     * says that the message is durable.
     */
    public void storedBefore(long earlier) {
        storedAt = earlier;
    }

    /**
     * The position at which the store has the message: its own, unless it was there before. Asked by whoever has learnt
     * that the message is durable.
     */
    public long storedAt() {
        return storedAt;
    }
}
