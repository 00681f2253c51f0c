package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;

/**
 * What a relay sends over one link. All methods are called on the event loop of the link, one after the other, and must
 * not block: while one of them runs, nothing else comes in on any link of that loop, and no ping is answered.
 */
public interface RelayListener {
    /** The link is open; called once, as the first. */
    default void onOpen(RelayLink link) {}

    /** A message for this node or for everybody, in rising order of position unless it was fetched. */
    void onMessage(Delivery delivery);

    /** The relay has a message that was not asked for whole, in rising order of position with those that are delivered. */
    default void onAnnouncement(Inbound.Announcement announcement) {}

    /** Some messages are not coming over this link. */
    default void onGap(Inbound.Gap gap) {}

    /** The relay refused something that it could not name; what it could name is the answer to its publication. */
    default void onRefusal(Inbound.Refusal refusal) {}

    /** The relay is about to go away. */
    default void onDrain(Inbound.Drain drain) {}

    /**
     * The link has ended; called once, as the last, for every link that was open.
     *
     * @param code what the link was closed with, or 1006 if it broke without a Close
     * @param reason what was said about it, may be empty
     * @param next what the relay wants this side to do
     */
    default void onClosed(int code, String reason, CloseCode.Next next) {}
}
