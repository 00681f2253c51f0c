package io.monorelay.store;

/** The store could not do it now: the disk is full, the database is away, or a file is damaged. Nothing was changed. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one line for whoever runs the relay, naming the store and what it said */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreException(String message) {
        super(message);
    }
}
