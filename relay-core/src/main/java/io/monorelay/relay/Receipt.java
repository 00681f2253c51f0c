package io.monorelay.relay;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageId;
import io.monorelay.store.Durability;
import org.jspecify.annotations.Nullable;

/** The answer to whoever published a message. */
public sealed interface Receipt {
    /**
     * The message is valid and stored: new, or there before.
     *
     * @param duplicate whether it was there before; then the position is that of the first one
     * @param durability what the message survives from now on
     */
    record Acknowledged(MessageId id, long position, Reach reach, boolean duplicate, Durability durability)
            implements Receipt {
        private static final String INFO = "Message received and valid";

        /** The acknowledgement as it goes to a v2 peer or an HTTP client. */
        public Inbound.Success toSuccess() {
            return new Inbound.Success(INFO, id, position, reach.text(), durability.text());
        }
    }

    /**
     * The message was not accepted.
     *
     * @param id when one could be computed
     * @param retryAfterMillis when it is worth trying again, in ms; 0 when it never is
     */
    record Refused(Fault fault, String info, @Nullable MessageId id, long retryAfterMillis) implements Receipt {
        /** The refusal as it goes to a v2 peer or an HTTP client. */
        public Inbound.Refusal toRefusal() {
            return new Inbound.Refusal(fault.status(), info, id, retryAfterMillis == 0 ? null : retryAfterMillis);
        }
    }

    /** Whom a message is for, and whether that one is here. */
    enum Reach {
        /** For everybody. */
        EVERYBODY(null),
        /** For one node, which is connected. */
        ONLINE("online"),
        /** For one node, which is not connected: it waits in the store. */
        STORED("stored");

        private final @Nullable String text;

        Reach(@Nullable String text) {
            this.text = text;
        }

        /** What an acknowledgement says of the receiver; null when there is none. */
        @Nullable
        String text() {
            return text;
        }
    }
}
