package io.monorelay.client;

import io.monorelay.protocol.NodeKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How it is with a kept link.
 *
 * @param relay the relay that the link is kept to
 * @param since when this state began
 * @param attempts how many dials in a row have failed, or led to a link that ended soon
 * @param lastFailure one line for people about what went wrong last, or null if nothing has yet
 * @param relayKey the key of the relay that the link is open to, or null while there is none
 * @param roundTrip how long the relay took for its last answer to a ping, or for its welcome; null while the link is not
 *     open
 */
public record LinkStatus(
        URI relay,
        State state,
        Instant since,
        int attempts,
        @Nullable String lastFailure,
        @Nullable NodeKey relayKey,
        @Nullable Duration roundTrip) {

    /** What a kept link does. */
    public enum State {
        /** A connection is being made, or the handshake is under way. */
        DIALLING,
        OPEN,
        /** It will be dialled again when some time has passed. */
        WAITING,
        /** The relay does not want this node as it is: nothing more is tried. */
        STAYING_AWAY,
        CLOSED
    }

    /** The same while that link is open. */
    LinkStatus with(RelayLink link) {
        return new LinkStatus(relay, state, since, attempts, lastFailure, link.relayKey(), link.roundTrip());
    }
}
