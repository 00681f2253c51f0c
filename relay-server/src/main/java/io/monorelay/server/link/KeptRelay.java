package io.monorelay.server.link;

import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.RelayException;
import io.monorelay.client.RelayLink;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.StoredMessage;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One relay that this node keeps a link to, and what goes over that link in both directions. Belongs to the loop of the
 * link.
 */
final class KeptRelay implements KeptLinkListener {
    /** How many ids of what came by the link are remembered, so that it is not fed back. */
    private static final int MAX_RECENT_IDS = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(KeptRelay.class);

    /**
     * What it works with.
     *
     * @param self the key of this node
     * @param feedsFrom where the feed of a relay begins that was never fed before
     * @param isPublic whether nothing may be missed from the first link on; for another node what waits for it alone, and
     *     may be cut off by the end of that link, is worth more
     * @param onSelf run when the relay turns out to be this very node
     */
    record Parts(
            LinkLoop loop,
            CommitQueue commits,
            Intake.Door door,
            Feed.Source source,
            LinkBook book,
            NodeKey self,
            long feedsFrom,
            boolean isPublic,
            Counters<Linking> counters,
            Runnable onSelf) {}

    /** What goes over one link. */
    private record Session(Feed feed, Intake intake) {
        void end() {
            feed.end();
            intake.end();
        }
    }

    // fixed after construction
    private final URI relay;
    private final Parts parts;

    // owned by the loop
    private final Map<RelayLink, Session> sessions = new HashMap<>();
    private final RecentIds recent = new RecentIds(MAX_RECENT_IDS);
    private boolean failureIsKnown;

    KeptRelay(URI relay, Parts parts) {
        this.relay = relay;
        this.parts = parts;
    }

    @Override
    public void onOpen(RelayLink link) {
        NodeKey key = link.relayKey();
        if (key.equals(parts.self())) {
            LOG.warn("{} is this very node; no link is kept to it", relay);
            parts.onSelf().run();
            return;
        }
        LOG.info("linked to {}, whose key is {}", link.relay(), key);
        failureIsKnown = false;
        parts.counters().increment(Linking.OPENED);
        if (parts.isPublic() && parts.book().processed(key).isEmpty()) {
            parts.book().processed(key, link.position());
        }
        // While one link takes the place of another, there is still but one feed.
        sessions.values().forEach(session -> session.feed().end());
        Session session = new Session(feed(link), intake(link));
        sessions.put(link, session);
        session.feed().start(parts.book().fed(key).orElse(parts.feedsFrom()));
    }

    private Feed feed(RelayLink link) {
        NodeKey key = link.relayKey();
        return new Feed(
                parts.loop(),
                link::publishText,
                parts.source(),
                message -> cameFrom(key, message),
                position -> parts.book().fed(key, position),
                parts.counters());
    }

    private boolean cameFrom(NodeKey key, StoredMessage message) {
        return recent.contains(message.id()) || message.sender().equals(key);
    }

    private Intake intake(RelayLink link) {
        return new Intake(
                parts.loop(),
                parts.commits(),
                parts.door(),
                new Intake.Brake() {
                    @Override
                    public void pause() {
                        link.pauseReading();
                    }

                    @Override
                    public void resume() {
                        link.resumeReading();
                    }
                },
                position -> onReceived(link, position),
                parts.counters());
    }

    /**
     * A relay to which this node said no position delivers what waits for this node alone, from long ago, and then what
     * comes. The first is no reason to ask it one day for everything since.
     */
    private void onReceived(RelayLink link, long position) {
        if (link.resumedFrom() != null || position > link.position()) {
            parts.book().processed(link.relayKey(), position);
        }
    }

    @Override
    public void onMessage(RelayLink link, Delivery delivery) {
        Session session = sessions.get(link);
        if (session != null) {
            recent.add(delivery.id());
            session.intake().take(delivery.position(), delivery.message());
        }
    }

    @Override
    public void onGap(RelayLink link, Inbound.Gap gap) {
        parts.counters().increment(Linking.GAPS);
        LOG.warn("{} does not send its messages {} to {}: {}", relay, gap.from(), gap.to(), gap.reason());
    }

    @Override
    public void onEnded(RelayLink link, String why, CloseCode.Next next) {
        Session session = sessions.remove(link);
        if (session != null) {
            session.end();
            parts.counters().increment(Linking.ENDED);
            LOG.info("{}", why);
        }
    }

    @Override
    public void onNotOpened(RelayException failure) {
        parts.counters().increment(Linking.NOT_OPENED);
        if (failureIsKnown) {
            LOG.debug("{}", failure.getMessage());
        } else {
            LOG.warn("no link: {}", failure.getMessage());
        }
        failureIsKnown = true;
    }

    /** The settings say where this node links to; another relay may not send it anywhere. */
    @Override
    public boolean mayMoveTo(URI alternative) {
        return false;
    }
}
