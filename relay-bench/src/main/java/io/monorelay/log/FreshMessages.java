package io.monorelay.log;

import io.monorelay.crypto.VerifiedMessage;

/** Gives the same message to benchmarks as a fresh one again and again: they measure what comes after the seen-cache. */
public final class FreshMessages {
    private FreshMessages() {}

    public static FreshMessage at(long position, VerifiedMessage message) {
        return new FreshMessage(message, position, Origin.NONE);
    }
}
