package io.monorelay.crypto;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the library for Ed25519. The JDK's own is no choice: it is an order of magnitude slower. */
public final class Ed25519Provider {
    /** What is wanted. */
    public enum Preference {
        /** The fastest that works here. */
        AUTO,
        /** The Amazon Corretto Crypto Provider, or nothing. */
        ACCP,
        /** Bouncy Castle. */
        BOUNCYCASTLE
    }

    private static final Logger LOG = LoggerFactory.getLogger(Ed25519Provider.class);

    private Ed25519Provider() {}

    /**
     * Loads the library; may take a moment, and is for start-up.
     *
     * @throws IllegalStateException if {@link Preference#ACCP} is wanted and does not work here, saying why
     */
    public static Ed25519 choose(Preference preference) {
        return switch (preference) {
            case AUTO -> fastest();
            case ACCP -> accp();
            case BOUNCYCASTLE -> new BouncyCastleEd25519();
        };
    }

    private static Ed25519 fastest() {
        try {
            return AccpEd25519.load();
        } catch (IllegalStateException e) {
            LOG.warn("Bouncy Castle replaces the faster Amazon Corretto Crypto Provider: {}", e.getMessage());
            return new BouncyCastleEd25519();
        }
    }

    private static Ed25519 accp() {
        try {
            return AccpEd25519.load();
        } catch (IllegalStateException e) {
            throw new IllegalStateException("the Amazon Corretto Crypto Provider cannot be used: " + e.getMessage(), e);
        }
    }
}
