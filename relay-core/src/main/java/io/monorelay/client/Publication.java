package io.monorelay.client;

import io.monorelay.protocol.MessageId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What a relay says of a message that was published. */
public sealed interface Publication {
    /** The SHA-256 of the contents that were signed. */
    MessageId id();

    /** The relay that says so, as it was dialled. */
    URI relay();

    /**
     * The relay has it, now or from before.
     *
     * @param position its place in the relay's log, or null if the relay did not say
     * @param receiver for an addressed message {@code online} or {@code stored}, else null
     * @param durability what the message survives at the relay: {@code commit} the end of its process, {@code fsync}
     *     the loss of power, {@code memory} nothing; null if the relay did not say
     */
    record Accepted(
            MessageId id,
            URI relay,
            @Nullable Long position,
            @Nullable String receiver,
            @Nullable String durability) implements Publication {}

    /**
     * The relay does not take it.
     *
     * @param code the HTTP status that fits
     * @param info what was wrong and what was expected
     * @param retryAfterMillis when to try again, or null if that does not help
     */
    record Refused(
            MessageId id,
            URI relay,
            int code,
            String info,
            @Nullable Long retryAfterMillis) implements Publication {}
}
