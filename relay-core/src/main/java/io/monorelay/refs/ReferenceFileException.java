package io.monorelay.refs;

/**
 * The file of references cannot be used. The message names the file and the place, and says what was expected there;
 * the file has not been touched.
 */
public final class ReferenceFileException extends Exception {
    ReferenceFileException(String message, Throwable cause) {
        super(message, cause);
    }

    ReferenceFileException(String message) {
        super(message);
    }
}
