package io.monorelay.server.node;

/** The relay cannot start. Its message is one line for the operator. */
public final class StartException extends Exception {
    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
