package io.monorelay.protocol;

/**
 * A fault of the other side. It has no stack trace, because it says nothing about this program, and its message is
 * sent to the peer: it names the offending and the expected value, and no internals.
 */
public final class ProtocolException extends Exception {
    private final Fault fault;

    public ProtocolException(Fault fault, String info) {
        super(info, null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }

    /** What was wrong and what was expected, for the peer. */
    public String info() {
        return String.valueOf(getMessage());
    }
}
