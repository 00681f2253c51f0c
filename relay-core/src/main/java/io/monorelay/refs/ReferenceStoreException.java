package io.monorelay.refs;

/** The references cannot be loaded or saved. The message names the place and what was wrong there; nothing was changed. */
public final class ReferenceStoreException extends Exception {
    public ReferenceStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
