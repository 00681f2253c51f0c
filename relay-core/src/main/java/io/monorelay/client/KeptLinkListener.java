package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Inbound;
import java.net.URI;

/**
 * What happens on the links of a {@link KeptLink}. There is one link at a time, but for the short time in which a relay
 * that goes away is left for another: each call names its link. All methods are called on the event loop of the kept
 * link, one after the other, and must not block.
 */
public interface KeptLinkListener {
    /** A message, in rising order of position within its link unless it was fetched; it may have come before, by this relay or by another. */
    void onMessage(RelayLink link, Delivery delivery);

    /** The relay has a message that was not asked for whole, in rising order of position with those that are delivered. */
    default void onAnnouncement(RelayLink link, Inbound.Announcement announcement) {}

    /** What the next link is to bring of messages to everybody; asked each time that the relay is dialled. */
    default DeliveryMode wanted() {
        return DeliveryMode.BODIES;
    }

    /** A link is open; the first call for it. */
    default void onOpen(RelayLink link) {}

    /** Some messages are not coming over this link. */
    default void onGap(RelayLink link, Inbound.Gap gap) {}

    /** The relay refused something that it could not name. */
    default void onRefusal(RelayLink link, Inbound.Refusal refusal) {}

    /** The relay is about to go away; another is dialled without being asked. */
    default void onDrain(RelayLink link, Inbound.Drain drain) {}

    /**
     * A link that was open has ended; the last call for it.
     *
     * @param why one line for people
     * @param next what the relay wants this side to do, which is done without being asked
     */
    default void onEnded(RelayLink link, String why, CloseCode.Next next) {}

    /** A link could not be opened; whether it is tried again is what {@link RelayException#next} says. */
    default void onNotOpened(RelayException failure) {}

    /** The relay wants this node to stay away: it is not dialled again. */
    default void onStayingAway(String why) {}

    /**
     * Whether a relay that goes away may send this node to that address. It has not been checked, but for being no less
     * secure than the one that is left.
     */
    default boolean mayMoveTo(URI alternative) {
        return true;
    }
}
