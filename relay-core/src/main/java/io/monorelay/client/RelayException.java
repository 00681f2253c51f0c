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
    private final @Nullable Long retryAfterMillis;

    RelayException(URI relay, String what, CloseCode.Next next, @Nullable Throwable cause) {
        this(relay, what, next, null, cause);
    }

    private RelayException(
            URI relay, String what, CloseCode.Next next, @Nullable Long retryAfterMillis, @Nullable Throwable cause) {
        super(relay + ": " + what, cause);
        this.relay = relay;
        this.next = next;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** A relay that refused this node, and may have said for how long. */
    static RelayException refused(URI relay, String what, CloseCode.Next next, @Nullable Long retryAfterMillis) {
        return new RelayException(relay, what, next, retryAfterMillis, null);
    }

    /** The relay, as it was dialled. */
    public URI relay() {
        return relay;
    }

    /** Whether and how to try again. */
    public CloseCode.Next next() {
        return next;
    }

    /** When the relay wants to be tried again at the earliest, in milliseconds from now, or null if it did not say. */
    public @Nullable Long retryAfterMillis() {
        return retryAfterMillis;
    }
}
