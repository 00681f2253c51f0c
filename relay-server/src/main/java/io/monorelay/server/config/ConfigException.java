package io.monorelay.server.config;

/**
 * A configuration that cannot be used. Its message is one line for the operator: the key, where it was set, the offending
 * and the expected value.
 */
public final class ConfigException extends Exception {
    ConfigException(String message) {
        super(message);
    }

    ConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The one line to print. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
