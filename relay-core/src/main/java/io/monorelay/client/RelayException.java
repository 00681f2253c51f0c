package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A link to a relay could not be opened, or ended before what was asked of it was answered. The message is one line for
 * people, which names the relay, what was expected of it and what it did.
 */
public final class RelayException extends Exception {
    private final URI relay;
    private final CloseCode.Next next;

    RelayException(URI relay, String what, CloseCode.Next next) {
        this(relay, what, next, null);
    }

    RelayException(URI relay, String what, CloseCode.Next next, @Nullable Throwable cause) {
        super(relay + ": " + what, cause);
        this.relay = relay;
        this.next = next;
    }

    /** The relay, as it was dialled. */
    public URI relay() {
        return relay;
    }

    /** Whether and how to try again. */
    public CloseCode.Next next() {
        return next;
    }
}
