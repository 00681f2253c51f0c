package io.monorelay.bench.process;

/** Something that was run did not do what it should; the message is one line for people. */
public final class RunException extends Exception {
    public RunException(String line) {
        super(line);
    }

    public RunException(String line, Throwable cause) {
        super(line, cause);
    }
}
